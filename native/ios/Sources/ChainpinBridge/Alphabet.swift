/// A set of ASCII characters, for fields whose every character must be one of them. It looks at bytes, so that no two spellings are one.
struct Alphabet: Sendable {
    private let members: [Bool]

    init(_ members: String) {
        var isMember = [Bool](repeating: false, count: 256)
        for byte in members.utf8 { isMember[Int(byte)] = true }
        self.members = isMember
    }

    func contains(_ byte: UInt8) -> Bool {
        members[Int(byte)]
    }

    /// Whether the text has `lengths` characters, all of them members.
    func makesUp<Text: StringProtocol>(_ text: Text, _ lengths: ClosedRange<Int>) -> Bool {
        let bytes = text.utf8
        return lengths.contains(bytes.count) && bytes.allSatisfy(contains)
    }

    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let letters = lower + lower.uppercased()
    private static let digits = "0123456789"

    static let base64 = Alphabet(letters + digits + "+/")
    static let host = Alphabet(lower + digits + "._:-")
    static let lowerCase = Alphabet(lower)
    static let method = Alphabet(letters)
    static let nonce = Alphabet(letters + digits + "_-")
    static let secret = Alphabet(digits + "abcdef")
    /// RFC 9110, 5.6.2.
    static let token = Alphabet(letters + digits + "!#$%&'*+.^_`|~-")
    /// Printable ASCII without space and backslash.
    static let url = Alphabet(letters + digits + "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~")
}
