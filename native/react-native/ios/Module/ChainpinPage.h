#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// ChainpinPage.swift, by hand: where the header that Swift makes lies differs between CocoaPods, frameworks and the Swift Package Manager.
@interface ChainpinPage : NSObject
- (instancetype)initWithSend:(void (^)(NSString *))send;
- (void)receive:(NSString *)text;
- (void)close;
@end

NS_ASSUME_NONNULL_END
