package chainpin.oracles

import android.content.Context
import android.content.ContextWrapper
import android.content.pm.ApplicationInfo
import android.content.res.Resources
import android.content.res.XmlResourceParser
import android.security.net.config.ApplicationConfig
import android.security.net.config.XmlConfigSource
import android.util.AttributeSet
import android.util.Xml
import com.android.org.conscrypt.ct.CTLogInfo
import com.android.org.conscrypt.ct.CTLogStoreImpl
import java.io.File
import java.io.StringReader
import java.security.MessageDigest
import java.security.cert.X509Certificate
import java.util.Base64
import java.util.TimeZone
import org.robolectric.util.ReflectionHelpers
import org.xmlpull.v1.XmlPullParser

/** A device whose CAs stand in its files, and apps with a configuration of their own. */
class Device(private val context: Context) {
    init {
        // Conscrypt would read the keys of CT's logs with native code. No connection here asks for CT.
        ReflectionHelpers.setStaticField(CTLogStoreImpl::class.java, "defaultFallbackLogs", emptyArray<CTLogInfo>())
        store(Cases.system, File(System.getenv("ANDROID_ROOT"), "etc/security/cacerts"))
        store(Cases.user, File(System.getenv("ANDROID_DATA"), "misc/user/0/cacerts-added"))
    }

    /** Android's own reading of a Network Security Config. Dates in it are the zone's. */
    fun app(text: String, targetSdk: Int, zone: String): ApplicationConfig {
        val info = ApplicationInfo().apply { targetSdkVersion = targetSdk }
        val config = ApplicationConfig(XmlConfigSource(WithXml(context, text), 1, info))
        inZone(zone) { config.hasPerDomainConfigs() }
        return config
    }

    // As Android names them: `DirectoryCertificateSource.hashName`, the first bytes of an MD5 backwards.
    private fun store(certificates: List<X509Certificate>, folder: File) {
        folder.mkdirs()
        folder.listFiles()!!.forEach(File::delete)
        for (certificate in certificates) {
            val hash = MessageDigest.getInstance("MD5").digest(certificate.subjectX500Principal.encoded)
            val name = (3 downTo 0).joinToString("") { "%02x".format(hash[it]) }
            val base64 = Base64.getMimeEncoder().encodeToString(certificate.encoded)
            folder.resolve("$name.0").writeText("-----BEGIN CERTIFICATE-----\n$base64\n-----END CERTIFICATE-----\n")
        }
    }
}

fun <T> inZone(zone: String, body: () -> T): T {
    val before = TimeZone.getDefault()
    TimeZone.setDefault(TimeZone.getTimeZone(zone))
    try {
        return body()
    } finally {
        TimeZone.setDefault(before)
    }
}

/** An app with one XML resource, which has not gone through the packager: its attributes are read from the text. */
private class WithXml(context: Context, private val text: String) : ContextWrapper(context) {
    @Suppress("DEPRECATION")
    private val resources = object : Resources(context.assets, context.resources.displayMetrics, context.resources.configuration) {
        override fun getXml(id: Int): XmlResourceParser = parserOf(text)

        override fun getResourceEntryName(id: Int) = "network_security_config"
    }

    override fun getResources(): Resources = resources
}

fun parserOf(text: String): XmlResourceParser {
    val parser = Xml.newPullParser()
    parser.setInput(StringReader(text))
    return TextParser(parser, Xml.asAttributeSet(parser))
}

private class TextParser(private val parser: XmlPullParser, private val attributes: AttributeSet) :
    XmlResourceParser, XmlPullParser by parser, AttributeSet by attributes {
    override fun getAttributeCount() = parser.attributeCount

    override fun getAttributeName(index: Int): String = parser.getAttributeName(index)

    override fun getAttributeNamespace(index: Int): String = parser.getAttributeNamespace(index)

    override fun getAttributeValue(index: Int): String? = parser.getAttributeValue(index)

    override fun getAttributeValue(namespace: String?, name: String?): String? = parser.getAttributeValue(namespace, name)

    override fun getPositionDescription(): String = parser.positionDescription

    /** The packager makes numbers of references; there are none here, and reading `system` as a number fails. */
    override fun getAttributeResourceValue(namespace: String?, attribute: String?, defaultValue: Int) = defaultValue

    override fun close() = Unit
}
