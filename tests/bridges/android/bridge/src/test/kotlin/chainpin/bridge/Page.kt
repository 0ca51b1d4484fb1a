package chainpin.bridge

import java.io.Closeable
import java.io.File
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import org.junit.Assert.fail

/** The real package in a Node of its own, as the app's page: tests/bridges/pipe.mjs. */
class Page(private val bridge: Bridge) : Closeable {
    private val process = ProcessBuilder("node", "tests/bridges/pipe.mjs")
        .directory(File(System.getProperty("chainpin.root")))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
    private val input = process.outputStream.bufferedWriter()
    private val ready = LinkedBlockingQueue<Map<*, *>>()
    private val results = ConcurrentHashMap<String, CompletableFuture<Map<*, *>>>()
    private var tags = 0

    @Volatile
    private var killed = false

    /** Messages from native, verdicts and notices of JavaScript. */
    val heard = CopyOnWriteArrayList<Map<*, *>>()
    val verdicts = CopyOnWriteArrayList<String>()
    val notices = CopyOnWriteArrayList<String>()
    val holds get() = heard.filter { it["type"] == "hold" }

    private val channel: Bridge.Page = bridge.open { text ->
        heard += Json.read(text) as Map<*, *>
        write(text)
    }

    init {
        thread(isDaemon = true, name = "page") { listen() }
    }

    fun policy(sequence: Int, vararg rules: String, more: String = "") = apply {
        write("""{"pipe":"policy","policy":{"version":1,"id":"test","sequence":$sequence,"rules":[${rules.joinToString(",")}]$more}}""")
        ready.poll(30, TimeUnit.SECONDS) ?: fail("JavaScript is not ready")
    }

    /** Milliseconds by which answers are held back; -1: for ever. */
    fun delay(ms: Int) = apply { write("""{"pipe":"delay","ms":$ms}""") }

    fun fetch(url: String, init: String = "{}") = ask("fetch", ""","url":"$url","init":$init""")

    fun push(allowWeaker: String = "[]") = ask("push", ""","allowWeaker":$allowWeaker""")

    fun selfTest(url: String) = ask("self-test", ""","url":"$url"""")

    /** As when the WebView navigates away: native is told. */
    fun closed() = channel.closed()

    /** As when its process is killed: nobody tells native. */
    fun kill() {
        killed = true
        process.destroyForcibly().waitFor()
    }

    override fun close() = kill()

    private fun ask(what: String, fields: String): CompletableFuture<Map<*, *>> {
        val tag = "t${tags++}"
        val result = CompletableFuture<Map<*, *>>()
        results[tag] = result
        write("""{"pipe":"$what","tag":"$tag"$fields}""")
        return result
    }

    private fun listen() {
        try {
            process.inputStream.bufferedReader().forEachLine(::read)
        } catch (error: IOException) {
            if (!killed) throw error
        }
    }

    private fun read(line: String) {
        val message = Json.read(line) as Map<*, *>
        when (message["pipe"]) {
            null -> channel.receive(line)
            "ready" -> ready += message
            "result" -> results.getValue(message["tag"] as String).complete(message)
            "verdict" -> verdicts += (message["reason"] ?: message["outcome"]) as String
            "notice" -> notices += message["code"] as String
        }
    }

    @Synchronized
    private fun write(line: String) {
        try {
            input.write(line + "\n")
            input.flush()
        } catch (error: IOException) {
            if (!killed) throw error
        }
    }
}

fun rule(host: String, vararg pins: String, more: String = "") = """{"host":"$host","pins":[${pins.joinToString(",") { "\"$it\"" }}]$more}"""

/** `200 hello`, or the code of the failure. */
fun CompletableFuture<Map<*, *>>.outcome(): String = get(20, TimeUnit.SECONDS).let { it["error"] as String? ?: "${(it["status"] as Double).toInt()} ${it["text"]}" }
