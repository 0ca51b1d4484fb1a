// Swift lets a class be `@objc` only if its root is Objective-C's: that of Linux's Foundation is not.
__attribute__((objc_root_class))
@interface NSObject
- (instancetype)init;
@end
