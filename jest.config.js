/** Tests run on what `tsc` built: worker threads then find their files, and nothing is compiled twice. */
export default {
  testRunner: '<rootDir>/dist/test/runner/run-file.js',
  testEnvironment: '<rootDir>/dist/test/runner/environment.js',
  roots: ['<rootDir>/dist/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  // Machines are shared: a test is slow for reasons that are not its own.
  testTimeout: 60_000,
  // One more than there are processors: a sixth of the time of two was spent waiting for servers and databases.
  maxWorkers: 3,
  // What a worker keeps of files that are done is given back.
  workerIdleMemoryLimit: '1500MB',
  globalSetup: '<rootDir>/dist/test/global-setup.js',
  globalTeardown: '<rootDir>/dist/test/global-teardown.js',
  testSequencer: '<rootDir>/dist/test/longest-first.js',
  reporters: ['default', '<rootDir>/dist/test/closing-line.js'],
};
