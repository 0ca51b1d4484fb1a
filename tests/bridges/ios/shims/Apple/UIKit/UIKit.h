#pragma once
#import <Foundation/Foundation.h>
@class UIApplication, UIColor, UIImage, UIScrollView, UITraitCollection, UIView, UIViewController, UIWindow;
