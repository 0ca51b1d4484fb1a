package chainpin.bridge

import java.io.File
import javax.net.ssl.SSLContext
import org.junit.Assert.assertEquals

/** What run.mjs prints: a line of its own for what this is, then scenario, expected, seen. */
object Table {
    private val file = File(System.getProperty("chainpin.table"))

    fun row(scenario: String, expected: String, seen: String) {
        if (!file.exists()) file.writeText(Json.write("OkHttp ${System.getProperty("okhttp")}, Android 14's trust manager, ${conscrypt()}") + "\n")
        file.appendText(Json.write(listOf(scenario, expected, seen)) + "\n")
        assertEquals(scenario, expected, seen)
    }

    private fun conscrypt() = "TLS by " + SSLContext.getInstance("TLS").provider.name
}
