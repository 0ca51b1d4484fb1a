package chainpin.bridge

import java.io.IOException
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLPeerUnverifiedException
import okhttp3.OkHttpClient
import okhttp3.Request
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Pushed pins, which OkHttp's `CertificatePinner` enforces on the platform's own networking. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], manifest = Config.NONE)
class PushTest : Worlds() {
    private val trust = Authorities.trust()
    private val store = MemoryStore()

    @Test
    fun `pushed pins`() {
        val server = server()
        val (page, pins) = page(rule("localhost", leaf.pin))
        val platform = platform(pins)
        row("platform's own networking, nothing pushed yet", "refused", get(platform, server), server, 0)
        push(page)
        row("pushed: the right pin", "200", get(platform, server), server, 1)

        page.policy(2, rule("localhost", OTHER)) // which pushes again
        eventually { pins.sequence == 2L }
        row("pushed: a wrong pin, on the pooled connection", "refused", get(platform, server), server, 1)
    }

    @Test
    fun `stored pins`() {
        val server = server()
        val (page, pins) = page(rule("localhost", leaf.pin))
        push(page)
        val again = PushedPins(trust, store, EnforcedPins(0, listOf(PatternPins("localhost", listOf(OTHER)))))
        row("after a restart: the stored push", "200, sequence 1", "${get(platform(again), server)}, sequence ${pins.sequence}", server, 1)
        val newer = PushedPins(trust, store, EnforcedPins(9, listOf(PatternPins("localhost", listOf(OTHER)))))
        row("after an update of the app: the newer pins that it embeds", "refused, sequence 9", "${get(platform(newer), server)}, sequence ${newer.sequence}", server, 1)
    }

    @Test
    fun `pins that cannot be stored`() {
        val server = server()
        val (page, pins) = page(rule("localhost", leaf.pin))
        push(page)
        store.works = false
        page.policy(2, rule("localhost", OTHER))
        val seen = page.push().get(10, TimeUnit.SECONDS)["error"]
        row("a push that cannot be stored", "store-failed, the old pins: 200", "$seen, the old pins: ${get(platform(pins), server)}", server, 1)
    }

    @Test
    fun `appended CA`() {
        val genuine = Authorities.users.root
        val server = Server(leaf, Authorities.public.intermediate.certificate, genuine.certificate).also { open += it }
        val (page, pins) = page(rule("localhost", genuine.pin))
        push(page)
        row("pushed: the pin of a CA that is appended to a stranger's chain", "refused", get(platform(pins), server), server, 0)
    }

    @Test
    fun subdomains() {
        val server = server()
        val (page, pins) = page(rule("test", OTHER, more = ""","subdomains":true"""))
        push(page)
        row("pushed: a wrong pin for all subdomains", "refused", get(platform(pins), server, "a.test"), server, 0)
        row("pushed: a wrong pin, and a dot after the host", "refused", get(platform(pins), server, "a.test."), server, 0)
        row("pushed: a host that no pattern matches", "200", get(platform(pins), server), server, 1)
    }

    @Test
    fun weaker() {
        val (page) = page(rule("localhost", leaf.pin), more = ""","unlisted":"deny"""")
        Table.row("a push that would be weaker than the policy", "push-weaker", "${page.push().get(10, TimeUnit.SECONDS)["error"]}")
    }

    private fun page(vararg rules: String, more: String = ""): Pair<Page, PushedPins> {
        val pins = PushedPins(trust, store)
        val bridge = Bridge(trust, pins).also { open += it }
        return Page(bridge).also { open += it }.policy(1, *rules, more = more) to pins
    }

    private fun push(page: Page) = page.push().get(10, TimeUnit.SECONDS).let { check(it["error"] == null) { "the push was refused: $it" } }

    /** As React Native's: a client of the platform, which obeys the pins. */
    private fun platform(pins: PushedPins): OkHttpClient {
        val context = SSLContext.getInstance("TLS").apply { init(null, arrayOf(trust.trustManager), null) }
        return pins.applyTo(client.newBuilder().sslSocketFactory(context.socketFactory, trust.trustManager)).build()
    }

    private fun get(client: OkHttpClient, server: Server, host: String = "localhost"): String = try {
        client.newCall(Request.Builder().url(server.url(host)).build()).execute().use { "${it.code}" }
    } catch (_: SSLPeerUnverifiedException) {
        "refused"
    } catch (error: IOException) {
        error.toString()
    }
}
