require 'json'
package = JSON.parse(File.read(File.join(__dir__, 'package.json')))

Pod::Spec.new do |s|
  s.name = 'ChainpinCapacitor'
  s.version = package['version']
  s.summary = package['description']
  s.license = package['license']
  s.homepage = package['homepage']
  s.author = package['author']
  s.source = { git: package.dig('repository', 'url'), tag: "v#{s.version}" }
  s.source_files = 'ios/**/*.swift'
  s.resource_bundles = { 'ChainpinCapacitorPrivacy' => ['ios/PrivacyInfo.xcprivacy'] }
  s.ios.deployment_target = '15.0'
  s.dependency 'Capacitor'
  s.swift_version = '5.0'
end
