#import <ChainpinSpec/ChainpinSpec.h>
#import <React/RCTEventEmitter.h>

@interface ChainpinModule : RCTEventEmitter <NativeChainpinSpec>
@end
