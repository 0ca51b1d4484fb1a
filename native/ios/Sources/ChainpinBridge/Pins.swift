import Foundation

/// Pins that native enforces by itself, of the policy with this sequence.
struct EnforcedPins: Sendable {
    let sequence: Int
    let pins: [PatternPins]

    /// `{"sequence":12,"pins":[{"pattern":"api.example.com","pins":["sha256/…"]}]}`: how they are stored, and embedded in an app.
    var text: String {
        let entries = pins.map { entry in
            Json.record([("pattern", Json.quoted(entry.pattern)), ("pins", Json.list(entry.pins.map(Json.quoted)))])
        }
        return Json.record([("sequence", String(sequence)), ("pins", Json.list(entries))])
    }

    /// Nil: the text is something else.
    static func read(_ text: String) -> EnforcedPins? {
        guard let record = Json.read(text)?.record, Set(record.keys) == ["sequence", "pins"],
              let sequence = record["sequence"]?.count(), let pins = PatternPins.list(record["pins"]) else { return nil }
        return EnforcedPins(sequence: sequence, pins: pins)
    }
}

/// Pins for the hosts that `pattern` matches: `host`, `*.host` (one label below) or `**.host` (the host, and any depth below).
struct PatternPins: Sendable {
    let pattern: String
    let pins: [String]

    func matches(_ host: String) -> Bool {
        if pattern.hasPrefix("**.") {
            let suffix = pattern.dropFirst(3)
            return host == suffix || host.hasSuffix("." + suffix)
        }
        if pattern.hasPrefix("*.") {
            guard let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
            return host[host.index(after: dot)...] == pattern.dropFirst(2)
        }
        return host == pattern
    }

    static func list(_ value: Json.Value?) -> [PatternPins]? {
        guard let items = value?.list, items.count <= PatternPins.most else { return nil }
        let pins = items.compactMap(PatternPins.read)
        return pins.count == items.count && Set(pins.map { $0.pattern }).count == pins.count ? pins : nil
    }

    private static func read(_ value: Json.Value) -> PatternPins? {
        guard let record = value.record, Set(record.keys) == ["pattern", "pins"], let pattern = record["pattern"]?.text, isPattern(pattern),
              let items = record["pins"]?.list, (1...64).contains(items.count) else { return nil }
        let pins = items.compactMap { $0.text }.filter(isPin)
        return pins.count == items.count ? PatternPins(pattern: pattern, pins: pins) : nil
    }

    private static func isPattern(_ text: String) -> Bool {
        let stars = ["**.", "*."].first { text.utf8.starts(with: $0.utf8) } ?? ""
        return text.utf8.count <= 256 && Alphabet.host.makesUp(text.dropFirst(stars.count), 1...256)
    }

    /// 32 bytes in canonical base64.
    private static func isPin(_ text: String) -> Bool {
        text.utf8.starts(with: "sha256/".utf8)
            && text.utf8.last == UInt8(ascii: "=")
            && Alphabet.base64.makesUp(text.dropFirst("sha256/".count).dropLast(), 43...43)
            && Alphabet("AEIMQUYcgkosw048").makesUp(text.dropLast().suffix(1), 1...1)
    }

    static let most = 1_000
}
