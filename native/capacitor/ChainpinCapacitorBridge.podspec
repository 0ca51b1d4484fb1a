require 'json'
package = JSON.parse(File.read(File.join(__dir__, 'package.json')))

Pod::Spec.new do |s|
  s.name = 'ChainpinCapacitorBridge'
  s.version = package['version']
  s.summary = package['description']
  s.license = package['license']
  s.homepage = 'https://www.npmjs.com/package/chainpin'
  s.author = 'chainpin'
  s.source = { path: '.' }
  s.source_files = 'ios/Sources/**/*.swift', 'ios/bridge/**/*.swift'
  s.ios.deployment_target = '15.0'
  s.dependency 'Capacitor'
  s.swift_version = '5.7'
end
