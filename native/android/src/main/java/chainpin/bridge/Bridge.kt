package chainpin.bridge

import java.io.Closeable
import java.security.SecureRandom
import java.util.concurrent.ExecutorService
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.ThreadFactory
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import okhttp3.Call
import okhttp3.OkHttpClient

/**
 * All of the native side, without Android: one for the app's process, since the epoch lives as long as this does.
 *
 * @param deadline how long a connection waits for its verdict: 100 to 60,000 ms
 * @param base time-outs, proxy and DNS of the held requests
 * @param clock milliseconds, which never go back. Java's own stops while an Android device sleeps, and an answer could come in time hours later
 */
class Bridge(
    trust: ServerTrust,
    val pins: PushedPins,
    deadline: Long = Gate.DEFAULT_DEADLINE,
    base: OkHttpClient = OkHttpClient(),
    private val clock: () -> Long = { System.nanoTime() / 1_000_000 },
) : Closeable {
    private val timer = ScheduledThreadPoolExecutor(1, ThreadFactory { daemon(it, "chainpin-deadline") }).apply { removeOnCancelPolicy = true }
    private val threads: ExecutorService =
        ThreadPoolExecutor(MOST_THREADS, MOST_THREADS, 30, TimeUnit.SECONDS, LinkedBlockingQueue(), ThreadFactory { daemon(it, "chainpin-request") })
            .apply { allowCoreThreadTimeOut(true) }
    private val gate = Gate(Platform(), deadline, pins.sequence)
    private val held = HeldClient(gate, trust, deadline, threads, base)
    private val requests = Requests(gate, held, threads)

    @Volatile
    private var page: Page? = null

    /** For the app's own native code: its requests are held, and judged by the page, too. */
    val calls: Call.Factory get() = held

    /** A page, or a JavaScript runtime, can be heard from now on; the one before it is gone. [send]: to that page's main frame only. */
    @Synchronized
    fun open(send: (String) -> Unit): Page {
        page = null
        gate.pageClosed()
        return Page(send).also { page = it }
    }

    override fun close() {
        page = null
        gate.pageClosed()
        held.drop()
        timer.shutdown()
        threads.shutdown()
    }

    inner class Page internal constructor(internal val send: (String) -> Unit) {
        /** A message of its main frame. Of a page that is gone: ignored. */
        fun receive(text: String) {
            if (page === this) gate.receive(text)
        }

        /** It closed, reloaded or navigated, or its process or runtime has ended. It may attach again. */
        fun closed() {
            if (page === this) gate.pageClosed()
        }
    }

    private inner class Platform : GatePlatform {
        private val secure = SecureRandom()

        override fun send(text: String) {
            page?.send?.invoke(text)
        }

        override fun random(): String = ByteArray(16).also(secure::nextBytes).joinToString("") { (it.toInt() and 0xff).toString(16).padStart(2, '0') }

        override fun now(): Long = clock()

        override fun after(millis: Long, then: () -> Unit): () -> Unit {
            val future = timer.schedule(then, millis, TimeUnit.MILLISECONDS)
            return { future.cancel(false) }
        }

        override fun drop() = held.drop()

        override fun enforce(pins: EnforcedPins): Boolean = this@Bridge.pins.enforce(pins)

        override fun start(request: FetchRequest) = requests.start(request)

        override fun cancel(request: Long) = requests.cancel(request)
    }

    private companion object {
        /** Requests at once; more wait for their turn, with their time-outs running. */
        const val MOST_THREADS = 64

        fun daemon(work: Runnable, name: String) = Thread(work, name).apply { isDaemon = true }
    }
}
