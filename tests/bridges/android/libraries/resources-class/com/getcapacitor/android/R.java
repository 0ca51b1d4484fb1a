package com.getcapacitor.android;

/** What Android's build makes of Capacitor's resources; nothing here runs a layout. */
public final class R {
    public static final class id {
        public static final int webview = 1;
    }

    public static final class layout {
        public static final int capacitor_bridge_layout_main = 1;
        public static final int no_webview = 2;
    }

    public static final class style {
        public static final int AppTheme_NoActionBar = 1;
    }
}
