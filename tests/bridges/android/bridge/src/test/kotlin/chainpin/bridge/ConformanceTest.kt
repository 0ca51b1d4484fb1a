package chainpin.bridge

import java.io.File
import org.junit.Test

/** Scenarios of the contract against the Kotlin gate: tests/bridges/conformance/gate.json, and random messages of tests/bridges/messages.mjs. */
class ConformanceTest {
    @Test
    fun `the gate does what the contract says`() =
        run("the contract's conformance suite", File(System.getProperty("chainpin.root"), "tests/bridges/conformance/gate.json"))

    @Test
    fun `the gate takes messages as the reference does`() =
        run("random messages, as the reference gate takes them", File(System.getProperty("chainpin.messages")))

    private fun run(what: String, file: File) {
        val scenarios = Json.read(file.readText()) as List<*>
        val unlike = scenarios.mapNotNull { unlike(it as Map<*, *>) }
        val all = scenarios.size
        Table.row(what, "$all of $all scenarios", "${all - unlike.size} of $all scenarios${unlike.firstOrNull()?.take(1_500) ?: ""}")
    }

    /** What was not as the scenario says; null: nothing. */
    private fun unlike(scenario: Map<*, *>): String? {
        val run = Scenario(scenario)
        for (step in (scenario["steps"] as List<*>).map { it as Map<*, *> }) {
            val seen = run.step(step)
            val expected = step["out"] ?: emptyList<Any>()
            if (step["times"] == null && seen != expected) return ", not `${scenario["name"]}`: $expected, but $seen"
        }
        return null
    }
}

private class Scenario(scenario: Map<*, *>) : GatePlatform {
    private val timers = ArrayList<Timer>()
    private val holds = HashMap<String, Held>()
    private var out = ArrayList<Any?>()
    private var now = 0L
    private var randoms = 0
    private var storageFails = false
    private val gate = Gate(this, (scenario["deadline"] as Double?)?.toLong() ?: Gate.DEFAULT_DEADLINE, (scenario["enforced"] as Double?)?.toLong() ?: 0)

    fun step(step: Map<*, *>): List<Any?> {
        out = ArrayList()
        when (step["do"]) {
            "receive" -> gate.receive(step["text"] as String? ?: write(step["message"]))
            "open" -> (step["times"] as Double?)?.let { times -> for (n in 1..times.toInt()) open("${step["as"]}$n", step) } ?: open(step["as"] as String, step)
            "close" -> step["as"]?.let { holds.getValue(it as String).cancel() } ?: gate.closed(step["connection"]!!)
            "wait" -> if (step["late"] == true) now += long(step["ms"]) else advance(long(step["ms"]))
            "page-closed" -> gate.pageClosed()
            "respond" -> gate.respond(long(step["request"]), response(step["response"] as Map<*, *>))
            "fail" -> gate.fail(long(step["request"]), step["code"] as String, step["message"] as String, step["as"]?.let { holds.getValue(it as String).id })
            "storage" -> storageFails = step["fails"] as Boolean
            else -> error("no step: $step")
        }
        return out
    }

    private fun open(name: String, step: Map<*, *>) {
        val chain = when {
            step["bytes"] != null -> listOf(ByteArray(long(step["bytes"]).toInt()))
            step["repeat"] != null -> List(long(step["repeat"]).toInt()) { ByteArray(3) }
            else -> (step["chain"] as List<*>).map { java.util.Base64.getDecoder().decode(it as String) }
        }
        val anchor = Anchor.values().single { it.word == step["anchor"] }
        val site = Site(step["host"] as String, long(step["port"]).toInt())
        val held = HeldConnection(step["connection"]!!, site, chain, step["source"] as String, anchor, (step["request"] as Double?)?.toLong())
        holds[name] = gate.open(held) { decision ->
            out += when (decision) {
                is Decision.GoOn -> mapOf("decide" to name, "ok" to true)
                is Decision.Refused -> mapOf("decide" to name, "ok" to false, "code" to decision.code.code)
            }
        }
    }

    override fun send(text: String) {
        out += mapOf("send" to Json.read(text))
    }

    override fun random() = (++randoms).toString(16).padStart(32, '0')

    override fun now() = now

    override fun after(millis: Long, then: () -> Unit): () -> Unit {
        val timer = Timer(now + millis, then)
        timers += timer
        return { timers -= timer }
    }

    override fun drop() {
        out += mapOf("drop" to true)
    }

    override fun enforce(pins: EnforcedPins): Boolean {
        out += mapOf("enforce" to Json.read(pins.toText()))
        return !storageFails
    }

    override fun start(request: FetchRequest) {
        out += mapOf(
            "start" to listOfNotNull(
                "request" to request.number.toDouble(),
                "url" to request.url,
                "method" to request.method,
                "headers" to request.headers.map { listOf(it.name, it.value) },
                request.body?.let { "body" to it },
                "timeout" to request.timeout.toDouble(),
                "fresh" to request.fresh,
            ).toMap(),
        )
    }

    override fun cancel(request: Long) {
        out += mapOf("cancel" to request.toDouble())
    }

    private fun advance(millis: Long) {
        val until = now + millis
        while (true) {
            val next = timers.filter { it.at <= until }.minByOrNull { it.at } ?: break
            timers -= next
            now = maxOf(now, next.at)
            next.then()
        }
        now = until
    }

    private class Timer(val at: Long, val then: () -> Unit)

    private companion object {
        fun long(value: Any?) = (value as Double).toLong()

        fun response(response: Map<*, *>) = FetchResponse(
            response["url"] as String,
            long(response["status"]).toInt(),
            response["statusText"] as String,
            (response["headers"] as List<*>).map { it as List<*> }.map { Header(it[0] as String, it[1] as String) },
            java.util.Base64.getDecoder().decode(response["body"] as String),
        )

        /** What was read, as text again. */
        fun write(value: Any?): String = when (value) {
            is Map<*, *> -> value.entries.joinToString(",", "{", "}") { (name, item) -> write(name) + ":" + write(item) }
            is List<*> -> value.joinToString(",", "[", "]") { write(it) }
            is String -> Json.write(value)
            is Double -> if (value % 1 == 0.0) value.toLong().toString() else value.toString()
            else -> value.toString()
        }
    }
}
