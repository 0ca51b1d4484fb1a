// swift-tools-version: 5.9
import PackageDescription

let package = Package(
    name: "ChainpinCapacitor",
    platforms: [.iOS(.v15)],
    products: [
        .library(name: "ChainpinCapacitor", targets: ["ChainpinPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/ionic-team/capacitor-swift-pm.git", "8.0.0"..<"10.0.0"),
    ],
    targets: [
        // `bridge` is what Capacitor and React Native share; packing copies it here.
        .target(
            name: "ChainpinPlugin",
            dependencies: [
                .product(name: "Capacitor", package: "capacitor-swift-pm"),
            ],
            path: "ios",
            sources: ["Sources/ChainpinPlugin", "bridge"],
            resources: [.copy("PrivacyInfo.xcprivacy")]
        ),
    ]
)
