// Public for the Swift Package Manager, which wants a header: React Native finds the module by its name.
