import Foundation

enum Table {
    static func row(_ what: String, _ expected: String, _ seen: String) {
        print(Json.list([what, expected, seen].map(Json.quoted)))
    }
}

enum Files {
    static func text(of path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { preconditionFailure("no file \(path)") }
        return String(decoding: data, as: UTF8.self)
    }
}
