package chainpin.bridge

/** JSON (RFC 8259) as JavaScript's `JSON.parse` reads it, so that native and page never understand a message differently. */
internal object Json {
    class Malformed(message: String) : Exception(message)

    /** Deeper than any message goes. Its syntax was checked, its content was not kept. */
    object Deep

    /** Maps, lists, strings, doubles, booleans and null. Of a name given twice, the last value counts. */
    fun read(text: String): Any? = Reader(text).all()

    /** Of maps, lists, strings, integers, booleans; an entry whose value is null is left out. */
    fun write(value: Any): String = StringBuilder().also { write(value, it) }.toString()

    private fun write(value: Any?, out: StringBuilder) {
        when (value) {
            is String -> write(value, out)
            is Map<*, *> -> value.entries.filter { it.value != null }.joinTo(out, ",", "{", "}") { (name, item) ->
                write(name as String) + ":" + write(item as Any)
            }
            is List<*> -> value.joinTo(out, ",", "[", "]") { write(it as Any) }
            is Boolean, is Int, is Long -> out.append(value)
            else -> throw IllegalArgumentException("no JSON is made of $value")
        }
    }

    private fun write(text: String, out: StringBuilder) {
        out.append('"')
        for (char in text) {
            when {
                char == '"' || char == '\\' -> out.append('\\').append(char)
                // U+2028 and U+2029 end a line of JavaScript, into which some bridges paste the text.
                char < ' ' || char == '\u2028' || char == '\u2029' || char.isSurrogate() -> out.append("\\u").append(char.code.toString(16).padStart(4, '0'))
                else -> out.append(char)
            }
        }
        out.append('"')
    }

    private class Reader(private val text: String) {
        private var at = 0

        fun all(): Any? {
            val value = value(0)
            space()
            if (at != text.length) fail()
            return value
        }

        private fun value(depth: Int): Any? {
            space()
            return when (peek()) {
                '{' -> if (depth < DEEPEST) record(depth) else skipped()
                '[' -> if (depth < DEEPEST) list(depth) else skipped()
                else -> scalar()
            }
        }

        private fun scalar(): Any? =
            when (peek()) {
                '"' -> string()
                't' -> word("true", true)
                'f' -> word("false", false)
                'n' -> word("null", null)
                else -> number()
            }

        private fun record(depth: Int): Map<String, Any?> {
            val record = LinkedHashMap<String, Any?>()
            items('}') {
                val name = name()
                record[name] = value(depth + 1)
            }
            return record
        }

        private fun list(depth: Int): List<Any?> = ArrayList<Any?>().also { items(']') { it.add(value(depth + 1)) } }

        private fun name(): String {
            space()
            val name = string()
            space()
            take(':')
            return name
        }

        /** Without recursion, so that no depth overflows the stack. */
        private fun skipped(): Deep {
            val ends = ArrayDeque<Char>()
            do {
                space()
                val end = when (peek()) {
                    '{' -> '}'
                    '[' -> ']'
                    else -> null
                }
                if (end == null) {
                    scalar()
                } else {
                    at += 1
                    space()
                    if (peek() != end) {
                        ends.addLast(end)
                        if (end == '}') name()
                        continue
                    }
                    at += 1
                }
                closeAll(ends)
            } while (ends.isNotEmpty())
            return Deep
        }

        /** After a value: what ends with it, up to the comma before the next one. */
        private fun closeAll(ends: ArrayDeque<Char>) {
            while (ends.isNotEmpty()) {
                space()
                if (peek() == ',') {
                    at += 1
                    if (ends.last() == '}') name()
                    return
                }
                take(ends.last())
                ends.removeAt(ends.size - 1)
            }
        }

        private inline fun items(end: Char, item: () -> Unit) {
            at += 1
            space()
            if (peek() == end) {
                at += 1
                return
            }
            while (true) {
                item()
                space()
                if (peek() == end) break
                take(',')
            }
            at += 1
        }

        private fun string(): String {
            take('"')
            val start = at
            while (peek() != '"' && peek() != '\\') {
                if (peek() < ' ') fail()
                at += 1
            }
            if (peek() == '"') return text.substring(start, at++)
            val out = StringBuilder(text.substring(start, at))
            while (true) {
                val char = peek()
                at += 1
                when {
                    char == '"' -> return out.toString()
                    char == '\\' -> out.append(escaped())
                    char < ' ' -> fail()
                    else -> out.append(char)
                }
            }
        }

        private fun escaped(): Char {
            val char = peek()
            at += 1
            if (char != 'u') return ESCAPES[char] ?: fail()
            if (at + 4 > text.length) fail()
            val digits = text.substring(at, at + 4)
            at += 4
            return if (digits.all { it in '0'..'9' || it in 'a'..'f' || it in 'A'..'F' }) digits.toInt(16).toChar() else fail()
        }

        private fun number(): Double {
            val start = at
            if (peek() == '-') at += 1
            if (peek() == '0') at += 1 else digits()
            if (at < text.length && text[at] == '.') {
                at += 1
                digits()
            }
            if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
                at += 1
                if (peek() == '+' || peek() == '-') at += 1
                digits()
            }
            return text.substring(start, at).toDouble()
        }

        private fun digits() {
            val start = at
            while (at < text.length && text[at] in '0'..'9') at += 1
            if (at == start) fail()
        }

        private fun word(word: String, value: Any?): Any? {
            if (!text.startsWith(word, at)) fail()
            at += word.length
            return value
        }

        private fun space() {
            while (at < text.length && text[at] in " \t\n\r") at += 1
        }

        private fun take(char: Char) {
            if (peek() != char) fail()
            at += 1
        }

        private fun peek(): Char = if (at < text.length) text[at] else fail()

        private fun fail(): Nothing = throw Malformed("no JSON at $at")
    }

    /** The deepest message has five levels. */
    private const val DEEPEST = 16
    private val ESCAPES = mapOf('"' to '"', '\\' to '\\', '/' to '/', 'b' to '\b', 'f' to '\u000c', 'n' to '\n', 'r' to '\r', 't' to '\t')
}
