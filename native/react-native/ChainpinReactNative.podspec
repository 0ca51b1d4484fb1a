require 'json'
package = JSON.parse(File.read(File.join(__dir__, 'package.json')))

Pod::Spec.new do |s|
  s.name = 'ChainpinReactNative'
  s.version = package['version']
  s.summary = package['description']
  s.license = package['license']
  s.homepage = 'https://www.npmjs.com/package/chainpin'
  s.author = 'chainpin'
  s.source = { path: '.' }
  s.source_files = 'ios/**/*.{h,mm,swift}'
  s.ios.deployment_target = '15.1'
  s.swift_version = '5.7'
  s.pod_target_xcconfig = { 'DEFINES_MODULE' => 'YES' }

  install_modules_dependencies(s)
end
