import Foundation

/// JSON as JavaScript's `JSON.parse` reads it, so that native and page never understand a message differently. `JSONSerialization` does not:
/// it takes a byte order mark and a comma too many, and refuses numbers and escapes that are valid.
enum Json {
    enum Value: Equatable, Sendable {
        case null
        case flag(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case record([String: Value])
        /// Deeper than any message goes. Its syntax was checked, its content was not kept.
        case deep
    }

    /// Nil: not JSON. Of a name given twice, the last value counts.
    static func read(_ text: String) -> Value? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = Reader(bytes: bytes)
            return try? reader.all()
        }
    }

    /// A string of JSON, with its quotes.
    static func quoted(_ text: String) -> String {
        var text = text
        if text.withUTF8({ bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != quote && $0 != backslash } }) { return "\"\(text)\"" }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            // U+2028 and U+2029 end a line of JavaScript, into which some bridges paste the text.
            case "\u{0}"..<" ", "\u{2028}", "\u{2029}": out += String(format: "\\u%04x", scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Of values that are JSON already.
    static func list(_ items: [String]) -> String {
        "[\(items.joined(separator: ","))]"
    }

    /// Of values that are JSON already; one that is nil is left out.
    static func record(_ fields: [(name: String, value: String?)]) -> String {
        let written = fields.compactMap { field in field.value.map { "\"\(field.name)\":\($0)" } }
        return "{\(written.joined(separator: ","))}"
    }

    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let backslash = UInt8(ascii: "\\")
}

extension Json.Value {
    var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var flag: Bool? {
        if case .flag(let flag) = self { return flag }
        return nil
    }

    var list: [Json.Value]? {
        if case .list(let items) = self { return items }
        return nil
    }

    var record: [String: Json.Value]? {
        if case .record(let fields) = self { return fields }
        return nil
    }

    /// An integer from 1 to `most`, by default to 2^53 - 1.
    func count(most: Double = 9_007_199_254_740_991) -> Int? {
        guard case .number(let number) = self, number >= 1, number <= most, number.rounded() == number else { return nil }
        return Int(number)
    }
}

private struct Malformed: Error {}

/// RFC 8259.
private struct Reader {
    let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    /// The deepest message has five levels.
    private static let deepest = 16

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func all() throws -> Json.Value {
        let value = try self.value(0)
        space()
        guard at == bytes.count else { throw Malformed() }
        return value
    }

    private mutating func value(_ depth: Int) throws -> Json.Value {
        space()
        switch try peek() {
        case UInt8(ascii: "{"): return depth < Reader.deepest ? .record(try record(depth)) : try skipped()
        case UInt8(ascii: "["): return depth < Reader.deepest ? .list(try list(depth)) : try skipped()
        default: return try scalar()
        }
    }

    private mutating func scalar() throws -> Json.Value {
        switch try peek() {
        case Json.quote: return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func record(_ depth: Int) throws -> [String: Json.Value] {
        var fields: [String: Json.Value] = [:]
        try items(until: UInt8(ascii: "}")) { reader in
            let name = try reader.name()
            fields[name] = try reader.value(depth + 1)
        }
        return fields
    }

    private mutating func list(_ depth: Int) throws -> [Json.Value] {
        var items: [Json.Value] = []
        try self.items(until: UInt8(ascii: "]")) { reader in items.append(try reader.value(depth + 1)) }
        return items
    }

    private mutating func items(until end: UInt8, _ item: (inout Reader) throws -> Void) throws {
        at += 1
        space()
        if try peek() == end {
            at += 1
            return
        }
        while true {
            try item(&self)
            space()
            let next = try take()
            if next == end { return }
            guard next == UInt8(ascii: ",") else { throw Malformed() }
        }
    }

    /// Without recursion, so that no depth overflows the stack; and nothing nested is kept, whose release would.
    private mutating func skipped() throws -> Json.Value {
        var ends: [UInt8] = []
        repeat {
            space()
            let first = try peek()
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                let end = first + 2 // `}` and `]` are two after theirs
                at += 1
                space()
                if try peek() != end {
                    ends.append(end)
                    if end == UInt8(ascii: "}") { _ = try name() }
                    continue
                }
                at += 1
            } else {
                _ = try scalar()
            }
            try closeAll(&ends)
        } while !ends.isEmpty
        return .deep
    }

    /// After a value: what ends with it, up to the comma before the next one.
    private mutating func closeAll(_ ends: inout [UInt8]) throws {
        while let end = ends.last {
            space()
            let next = try take()
            if next == UInt8(ascii: ",") {
                if end == UInt8(ascii: "}") { _ = try name() }
                return
            }
            guard next == end else { throw Malformed() }
            ends.removeLast()
        }
    }

    private mutating func name() throws -> String {
        space()
        let name = try string()
        space()
        guard try take() == UInt8(ascii: ":") else { throw Malformed() }
        return name
    }

    private mutating func string() throws -> String {
        guard try take() == Json.quote else { throw Malformed() }
        var out = ""
        while true {
            let start = at
            while try peek() != Json.quote, bytes[at] != Json.backslash {
                guard bytes[at] >= 0x20 else { throw Malformed() }
                at += 1
            }
            out += String(decoding: bytes[start..<at], as: UTF8.self)
            if try take() == Json.quote { return out }
            out.unicodeScalars.append(try escaped())
        }
    }

    /// Half a surrogate pair becomes U+FFFD, of the same length; a string of Swift cannot hold it.
    private mutating func escaped() throws -> Unicode.Scalar {
        let letter = try take()
        guard letter == UInt8(ascii: "u") else {
            guard let scalar = Reader.escapes[letter] else { throw Malformed() }
            return scalar
        }
        let unit = try hexadecimal()
        guard (0xd800..<0xdc00).contains(unit), at + 1 < bytes.count, bytes[at] == Json.backslash, bytes[at + 1] == UInt8(ascii: "u") else {
            return Unicode.Scalar(unit) ?? "\u{fffd}"
        }
        let back = at
        at += 2
        let low = try hexadecimal()
        guard (0xdc00..<0xe000).contains(low) else {
            at = back
            return "\u{fffd}"
        }
        return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)) ?? "\u{fffd}"
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try take())).hexDigitValue else { throw Malformed() }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    private mutating func number() throws -> Double {
        let start = at
        if try peek() == UInt8(ascii: "-") { at += 1 }
        if try peek() == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        guard let number = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else { throw Malformed() }
        return number
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        guard at > start else { throw Malformed() }
    }

    private mutating func word(_ word: StaticString, _ value: Json.Value) throws -> Json.Value {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count, zip(at..<end, 0...).allSatisfy({ bytes[$0] == word.utf8Start[$1] }) else { throw Malformed() }
        at = end
        return value
    }

    private mutating func space() {
        while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    private mutating func take() throws -> UInt8 {
        let byte = try peek()
        at += 1
        return byte
    }

    private func peek() throws -> UInt8 {
        guard at < bytes.count else { throw Malformed() }
        return bytes[at]
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
}
