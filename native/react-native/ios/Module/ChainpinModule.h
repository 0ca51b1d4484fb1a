// Objective-C++ alone can read this: the header of React Native's codegen is C++.
#import <ChainpinSpec/ChainpinSpec.h>
#import <React/RCTEventEmitter.h>

@interface ChainpinModule : RCTEventEmitter <NativeChainpinSpec>
@end
