#import "ChainpinModule.h"
#import "ChainpinPage.h"

// The native half of `chainpin/react-native`: `post(text)` from JavaScript, the event `chainpinMessage` with a text to it.
@implementation ChainpinModule {
  ChainpinPage *_page;
}

RCT_EXPORT_MODULE(Chainpin)

// It draws nothing, and the bridge has queues of its own.
+ (BOOL)requiresMainQueueSetup {
  return NO;
}

- (instancetype)init {
  if (self = [super init]) {
    __weak ChainpinModule *weakSelf = self;
    _page = [[ChainpinPage alloc] initWithSend:^(NSString *text) {
      [weakSelf sendEventWithName:@"chainpinMessage" body:text];
    }];
  }
  return self;
}

- (NSArray<NSString *> *)supportedEvents {
  return @[ @"chainpinMessage" ];
}

- (void)post:(NSString *)text {
  [_page receive:text];
}

- (void)invalidate {
  [_page close];
  [super invalidate];
}

- (std::shared_ptr<facebook::react::TurboModule>)getTurboModule:(const facebook::react::ObjCTurboModule::InitParams &)params {
  return std::make_shared<facebook::react::NativeChainpinSpecJSI>(params);
}

@end
