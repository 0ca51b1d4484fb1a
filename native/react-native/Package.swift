// swift-tools-version: 5.9
import PackageDescription

// For React Native 0.88 and newer, whose autolinking reads this through a link in `build/generated/autolinking/libs` of the app: paths are
// relative to that. Two targets, since one cannot hold Swift and Objective-C++.
let package = Package(
    name: "ChainpinReactNative",
    platforms: [.iOS("15.1")],
    products: [
        .library(name: "ChainpinReactNative", targets: ["ChainpinReactNative"]),
    ],
    dependencies: [
        .package(name: "ReactNative", path: "../../../../xcframeworks"),
        .package(name: "React-GeneratedCode", path: "../../../ios"),
    ],
    targets: [
        // `bridge` is what Capacitor and React Native share; packing copies it here.
        .target(
            name: "ChainpinBridge",
            path: "ios",
            exclude: ["Module"],
            sources: ["Swift", "bridge"],
            resources: [.copy("PrivacyInfo.xcprivacy")]
        ),
        .target(
            name: "ChainpinReactNative",
            dependencies: [
                "ChainpinBridge",
                .product(name: "ReactHeaders", package: "ReactNative"),
                .product(name: "ReactNativeHeaders", package: "ReactNative"),
                .product(name: "ReactNativeDependenciesHeaders", package: "ReactNative"),
                .product(name: "ReactAppHeaders", package: "React-GeneratedCode"),
            ],
            path: "ios/Module",
            cxxSettings: [
                .define("DEBUG", .when(configuration: .debug)),
                .define("NDEBUG", .when(configuration: .release)),
            ]
        ),
    ],
    cxxLanguageStandard: .cxx20
)
