// swift-tools-version: 5.9
import PackageDescription

let package = Package(
    name: "ChainpinCapacitorBridge",
    platforms: [.iOS(.v15)],
    products: [
        .library(name: "ChainpinCapacitorBridge", targets: ["ChainpinPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/ionic-team/capacitor-swift-pm.git", "7.0.0"..<"9.0.0"),
    ],
    targets: [
        // `bridge` is what Capacitor and React Native share; `npm pack` copies it here.
        .target(
            name: "ChainpinPlugin",
            dependencies: [
                .product(name: "Capacitor", package: "capacitor-swift-pm"),
                .product(name: "Cordova", package: "capacitor-swift-pm"),
            ],
            path: "ios",
            sources: ["Sources/ChainpinPlugin", "bridge"]
        ),
    ]
)
