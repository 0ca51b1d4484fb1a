// What React Native's headers and the module use of Apple's Foundation, with Apple's declarations. Parsed by clang; never linked.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
// Apple's C++ library includes these from others; Linux's does not.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#define FOUNDATION_EXPORT extern "C"
#else
#define FOUNDATION_EXPORT extern
#endif
#define FOUNDATION_EXTERN FOUNDATION_EXPORT
#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#define NS_REQUIRES_SUPER __attribute__((objc_requires_super))
#define NS_DESIGNATED_INITIALIZER __attribute__((objc_designated_initializer))
#define NS_UNAVAILABLE __attribute__((unavailable))
#define NS_SWIFT_NAME(name)
#define NS_ENUM_OF(_1, _2, form, ...) form
#define NS_ENUM_NAMED(type, name) enum name : type name; enum name : type
#define NS_ENUM_PLAIN(type) enum : type
#define NS_ENUM(...) NS_ENUM_OF(__VA_ARGS__, NS_ENUM_NAMED, NS_ENUM_PLAIN)(__VA_ARGS__)
#define NS_OPTIONS(type, name) enum name : type name; enum name : type
#define NS_STRING_ENUM
#define NS_NOESCAPE __attribute__((noescape))
#define NS_FORMAT_FUNCTION(F, A)
#define NS_RETURNS_RETAINED __attribute__((ns_returns_retained))
#define NS_INLINE static inline
#define API_AVAILABLE(...)
#define DEPRECATED_MSG_ATTRIBUTE(message) __attribute__((deprecated(message)))
#define __deprecated_msg(message) __attribute__((deprecated(message)))
#define nil nullptr
#define __nullable _Nullable
#define YES __objc_yes
#define NO __objc_no
#define TARGET_OS_IPHONE 1
#define TARGET_OS_IOS 1
#define TARGET_OS_OSX 0
typedef bool BOOL;
typedef long NSInteger;
typedef unsigned long NSUInteger;
typedef double NSTimeInterval;
typedef double CGFloat;
typedef struct _NSZone NSZone;
typedef struct _NSRange { NSUInteger location, length; } NSRange;
@class NSArray<ObjectType>, NSBundle, NSData, NSDate, NSDictionary<KeyType, ObjectType>, NSError, NSException, NSInvocation, NSMethodSignature, NSNumber, NSSet<ObjectType>, NSString, NSURL, NSURLQueryItem, NSURLRequest, NSURLResponse;
@protocol NSObject
- (BOOL)isEqual:(id)object;
- (Class)class;
- (BOOL)conformsToProtocol:(Protocol *)protocol;
- (BOOL)respondsToSelector:(SEL)selector;
@end
@protocol NSCopying
@end
@protocol NSFastEnumeration
@end
__attribute__((objc_root_class))
@interface NSObject <NSObject>
+ (instancetype)alloc;
+ (instancetype)new;
+ (void)load;
+ (Class)class;
- (instancetype)init;
@end
@interface NSString : NSObject <NSCopying>
@property (readonly) NSUInteger length;
@property (readonly) const char *UTF8String;
@end
@interface NSNumber : NSObject
@property (readonly) double doubleValue;
@property (readonly) BOOL boolValue;
@property (readonly) NSInteger integerValue;
+ (NSNumber *)numberWithDouble:(double)value;
+ (NSNumber *)numberWithBool:(BOOL)value;
+ (NSNumber *)numberWithInteger:(NSInteger)value;
@end
@interface NSArray<ObjectType> : NSObject <NSCopying>
@property (readonly) NSUInteger count;
+ (instancetype)arrayWithObjects:(const ObjectType[])objects count:(NSUInteger)count;
- (ObjectType)objectAtIndexedSubscript:(NSUInteger)index;
@end
@interface NSMutableArray<ObjectType> : NSArray <ObjectType>
- (instancetype)initWithCapacity:(NSUInteger)capacity;
- (void)setObject:(ObjectType)object atIndexedSubscript:(NSUInteger)index;
- (void)addObject:(ObjectType)object;
@end
@interface NSDictionary<KeyType, ObjectType> : NSObject <NSCopying>
+ (instancetype)dictionaryWithObjects:(const ObjectType[])objects forKeys:(const id<NSCopying>[])keys count:(NSUInteger)count;
- (ObjectType)objectForKeyedSubscript:(KeyType)key;
@end
@interface NSMutableDictionary<KeyType, ObjectType> : NSDictionary <KeyType, ObjectType>
@end
@interface NSURL : NSObject
@end
@interface NSError : NSObject
@end
@interface NSBundle : NSObject
@end
@interface NSData : NSObject
@end
@interface NSException : NSObject
@end
@interface NSInvocation : NSObject
@end
@interface NSMethodSignature : NSObject
@end
@protocol OS_dispatch_queue <NSObject>
@end
typedef NSObject<OS_dispatch_queue> *dispatch_queue_t;
typedef struct __CFNull *CFNullRef;
FOUNDATION_EXPORT CFNullRef kCFNull;
typedef void (^dispatch_block_t)(void);
