package com.datatheorem.android.trustkit.pinning

import android.content.Context
import com.datatheorem.android.trustkit.config.DomainPinningPolicy
import com.datatheorem.android.trustkit.config.TrustKitConfiguration
import com.datatheorem.android.trustkit.reporting.BackgroundReporter
import java.security.cert.X509Certificate
import javax.net.ssl.X509TrustManager

/** TrustKit's trust managers, as `TrustManagerBuilder` makes them: here beside it, for it takes one configuration in a process. Nothing is reported. */
class TrustKitDevice(context: Context, private val baseline: X509TrustManager) {
    init {
        TrustManagerBuilder.initializeBaselineTrustManager(null, false, Silent(context))
    }

    fun trustManager(configuration: TrustKitConfiguration, host: String): X509TrustManager =
        configuration.getPolicyForHostname(host)?.let { PinningTrustManager(host, it, baseline) } ?: baseline

    private class Silent(context: Context) : BackgroundReporter(context, "app", "1", "vendor") {
        override fun pinValidationFailed(
            host: String,
            port: Int,
            served: List<X509Certificate>,
            validated: List<X509Certificate>,
            policy: DomainPinningPolicy,
            result: PinningValidationResult,
        ) = Unit
    }
}
