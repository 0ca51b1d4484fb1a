package chainpin.oracles

import android.os.Build
import android.os.SystemClock
import com.datatheorem.android.trustkit.config.TrustKitConfiguration
import com.datatheorem.android.trustkit.pinning.TrustKitDevice
import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import javax.net.ssl.SSLPeerUnverifiedException
import javax.net.ssl.X509TrustManager
import okhttp3.CertificatePinner
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers

/** Nothing is judged here: the peers answer, and main.mjs compares. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], manifest = Config.NONE)
class OraclesTest {
    private val device by lazy { Device(RuntimeEnvironment.getApplication()) }

    @Test
    fun `OkHttp's CertificatePinner`() {
        Cases.answer("okhttp", Cases.read("okhttp").map { case ->
            val pinner = compiled(case.id)
            verdicts(case.connections.map { okHttp(pinner, it) }.toTypedArray())
        })
    }

    /** Android reads the clock itself. It only goes forward here, so what happens first is asked first. */
    @Test
    fun `Android's Network Security Config`() {
        val cases = Cases.read("android")
        val apps = cases.map { case -> runCatching { device.app(case.text, case.targetSdk, case.zone) } }
        val verdicts = cases.map { arrayOfNulls<String>(it.connections.size) }
        val asked = cases.indices.flatMap { index -> cases[index].connections.indices.map { index to it } }
        for ((index, number) in asked.sortedBy { (index, number) -> cases[index].connections[number].at }) {
            val connection = cases[index].connections[number]
            val app = apps[index].getOrNull() ?: continue
            assertTrue(SystemClock.setCurrentTimeMillis(connection.at))
            verdicts[index][number] = trusted(app.trustManager, connection)
        }
        Cases.answer("android", cases.indices.map { index -> apps[index].exceptionOrNull()?.let(::refused) ?: verdicts(verdicts[index]) })
    }

    /** From Android 7 on TrustKit leaves pinning to the system; so this is a device before it, whose clock is the computer's. */
    @Test
    fun `TrustKit's own pinning`() {
        val trusting = device.app("<network-security-config/>", 23, "UTC").trustManager
        ReflectionHelpers.setStaticField(Build.VERSION::class.java, "SDK_INT", 23)
        val trustKit = TrustKitDevice(RuntimeEnvironment.getApplication(), trusting)
        Cases.answer("trustkit", Cases.read("trustkit").map { case ->
            val parsed = inZone(case.zone) { runCatching { TrustKitConfiguration.fromXmlPolicy(RuntimeEnvironment.getApplication(), parserOf(case.text)) } }
            parsed.fold({ configuration -> verdicts(case.connections.map { trusted(trustKit.trustManager(configuration, it.host), it) }.toTypedArray()) }, ::refused)
        })
    }

    private fun compiled(id: Int): CertificatePinner {
        val file = Class.forName("chainpin.oracles.Pinners${id / 100}Kt")
        return file.getMethod("pinner$id").invoke(null) as CertificatePinner
    }

    private fun okHttp(pinner: CertificatePinner, connection: Connection): String = try {
        pinner.check(connection.host, connection.chain)
        "pass"
    } catch (error: SSLPeerUnverifiedException) {
        if (error.message!!.startsWith("Certificate pinning failure!")) "refuse" else error.message!!
    }

    /** The server sends no root, and the platform finds it. */
    private fun trusted(manager: X509TrustManager, connection: Connection): String = try {
        val served: Array<X509Certificate> = connection.chain.dropLast(1).toTypedArray()
        // Android's finds the host's configuration by it; TrustKit's was made for the host.
        val withHost = manager.javaClass.methods.find { it.name == "checkServerTrusted" && it.parameterTypes.lastOrNull() == String::class.java && it.parameterCount == 3 }
        if (withHost == null) manager.checkServerTrusted(served, AUTH_TYPE) else unwrapped { withHost.invoke(manager, served, AUTH_TYPE, connection.host) }
        "pass"
    } catch (error: CertificateException) {
        if (error.message!!.startsWith("Pin verification failed")) "refuse" else error.message!!
    }

    private fun unwrapped(call: () -> Any?) = try {
        call()
    } catch (error: java.lang.reflect.InvocationTargetException) {
        throw error.targetException
    }

    private companion object {
        const val AUTH_TYPE = "ECDHE_ECDSA"
    }
}
