import Foundation

/// JSON for the bridge's messages. `JSONSerialization` is strict, but gives numbers and booleans one type.
enum Json {
    /// Nil: no JSON object.
    static func read(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }

    static func write(_ record: [String: Any]) -> String {
        guard let data = try? JSONSerialization.data(withJSONObject: record, options: [.sortedKeys]) else {
            preconditionFailure("a message of strings, numbers and lists is JSON")
        }
        // U+2028 and U+2029 end a line of JavaScript, into which some bridges paste the text.
        return String(decoding: data, as: UTF8.self)
            .replacingOccurrences(of: "\u{2028}", with: "\\u2028")
            .replacingOccurrences(of: "\u{2029}", with: "\\u2029")
    }

    static func flag(_ value: Any?) -> Bool? {
        guard let number = value as? NSNumber, CFGetTypeID(number) == CFBooleanGetTypeID() else { return nil }
        return number.boolValue
    }

    /// An integer from 1 to `most`, by default to 2^53 - 1.
    static func count(_ value: Any?, most: Double = 9_007_199_254_740_991) -> Int? {
        guard let number = value as? NSNumber, CFGetTypeID(number) != CFBooleanGetTypeID() else { return nil }
        let double = number.doubleValue
        return double >= 1 && double <= most && double.rounded() == double ? Int(double) : nil
    }

    /// The whole text; `$` alone would let a line break pass.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        text.range(of: "\\A(?:\(pattern))\\z", options: .regularExpression) != nil
    }
}
