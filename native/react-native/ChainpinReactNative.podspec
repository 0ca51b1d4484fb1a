require 'json'
package = JSON.parse(File.read(File.join(__dir__, 'package.json')))

Pod::Spec.new do |s|
  s.name = 'ChainpinReactNative'
  s.version = package['version']
  s.summary = package['description']
  s.license = package['license']
  s.homepage = package['homepage']
  s.author = package['author']
  s.source = { git: package.dig('repository', 'url'), tag: "v#{s.version}" }
  s.source_files = 'ios/**/*.{h,mm,swift}'
  # In the umbrella header they would reach Swift, which reads no C++.
  s.private_header_files = 'ios/**/*.h'
  s.resource_bundles = { 'ChainpinReactNativePrivacy' => ['ios/PrivacyInfo.xcprivacy'] }
  s.ios.deployment_target = '15.1'
  s.swift_version = '5.0'
  s.pod_target_xcconfig = { 'DEFINES_MODULE' => 'YES' }

  install_modules_dependencies(s)
end
