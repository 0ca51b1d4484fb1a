module.exports = {
  dependency: {
    platforms: {
      android: { packageImportPath: "import chainpin.reactnative.ChainpinPackage;", packageInstance: "new ChainpinPackage()" },
    },
  },
};
