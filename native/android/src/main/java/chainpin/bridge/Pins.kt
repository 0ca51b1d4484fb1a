package chainpin.bridge

/** Pins that native enforces by itself, of the policy with this [sequence]. */
class EnforcedPins(val sequence: Long, val pins: List<PatternPins>) {
    /** `{"sequence":12,"pins":[{"pattern":"api.example.com","pins":["sha256/…"]}]}`: how they are stored, and embedded in an app. */
    fun toText(): String =
        Json.write(mapOf("sequence" to sequence, "pins" to pins.map { mapOf("pattern" to it.pattern, "pins" to it.pins) }))

    companion object {
        /** Null: the text is something else. */
        fun read(text: String): EnforcedPins? {
            val record = try {
                Json.read(text) as? Map<*, *>
            } catch (_: Json.Malformed) {
                null
            }
            if (record == null || record.keys != setOf("sequence", "pins") || !isCount(record["sequence"]) || !isPins(record["pins"])) return null
            return EnforcedPins(count(record["sequence"]), pins(record["pins"]))
        }
    }
}

/** Pins for the hosts that [pattern] matches: `host`, `*.host` (one label below) or `**.host` (the host, and any depth below). */
data class PatternPins(val pattern: String, val pins: List<String>)

internal fun pins(value: Any?): List<PatternPins> =
    (value as List<*>).map { it as Map<*, *> }.map { PatternPins(it["pattern"] as String, (it["pins"] as List<*>).map { pin -> pin as String }) }

internal fun isPins(value: Any?): Boolean =
    value is List<*> && value.size <= MOST_PATTERNS && value.all(::isPatternPins) && value.distinctBy { (it as Map<*, *>)["pattern"] }.size == value.size

private fun isPatternPins(value: Any?): Boolean {
    if (value !is Map<*, *> || value.keys != setOf("pattern", "pins")) return false
    val (pattern, pins) = value["pattern"] to value["pins"]
    return pattern is String && pattern.length <= 256 && PATTERN.matches(pattern) &&
        pins is List<*> && pins.size in 1..64 && pins.all { it is String && PIN.matches(it) }
}

internal const val MOST_PATTERNS = 1_000
private val PATTERN = Regex("(?:\\*\\*?\\.)?[0-9a-z._:-]+")

/** 32 bytes in canonical base64. */
private val PIN = Regex("sha256/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
