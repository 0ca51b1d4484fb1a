import Foundation

/// Pins that native enforces by itself, of the policy with this sequence.
struct EnforcedPins {
    let sequence: Int
    let pins: [PatternPins]

    /// `{"sequence":12,"pins":[{"pattern":"api.example.com","pins":["sha256/…"]}]}`: how they are stored, and embedded in an app.
    var text: String {
        Json.write(["sequence": sequence, "pins": pins.map { ["pattern": $0.pattern, "pins": $0.pins] as [String: Any] }])
    }

    /// Nil: the text is something else.
    static func read(_ text: String) -> EnforcedPins? {
        guard let record = Json.read(text), Set(record.keys) == ["sequence", "pins"],
              let sequence = Json.count(record["sequence"]), let pins = PatternPins.list(record["pins"]) else { return nil }
        return EnforcedPins(sequence: sequence, pins: pins)
    }
}

/// Pins for the hosts that `pattern` matches: `host`, `*.host` (one label below) or `**.host` (the host, and any depth below).
struct PatternPins {
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

    static func list(_ value: Any?) -> [PatternPins]? {
        guard let items = value as? [Any], items.count <= PatternPins.most else { return nil }
        let pins = items.compactMap(PatternPins.read)
        return pins.count == items.count && Set(pins.map { $0.pattern }).count == pins.count ? pins : nil
    }

    private static func read(_ value: Any) -> PatternPins? {
        guard let record = value as? [String: Any], Set(record.keys) == ["pattern", "pins"],
              let pattern = record["pattern"] as? String, pattern.utf16.count <= 256, Json.matches(pattern, "(?:\\*\\*?\\.)?[0-9a-z._:-]+"),
              let pins = record["pins"] as? [String], (1...64).contains(pins.count),
              pins.allSatisfy({ Json.matches($0, "sha256/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=") }) else { return nil }
        return PatternPins(pattern: pattern, pins: pins)
    }

    static let most = 1_000
}
