import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const projects = ['tsconfig.json', 'tsconfig.worker.json', 'tsconfig.build.json', 'calls/tsconfig.json'];

/** The library has two entries; everything else of it is its own business. */
const libraryByNameOnly = {
  group: ['**/calls/src', '**/calls/src/**', '@fayo/calls/*', '!@fayo/calls/monitor'],
  message: 'Import from @fayo/calls or @fayo/calls/monitor.',
};

export default defineConfig(
  globalIgnores(['**/dist/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: projects, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // "!" says that the type system cannot see what the code around it makes sure of.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Numbers need no String() around them to be put into a text.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A short arrow function may pass on a call that returns nothing.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    files: ['src/**', 'tests/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [libraryByNameOnly] }] },
  },
  {
    files: ['src/**'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended],
    // It is about the React Compiler, which is not used here.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    // A classic script, as old as the oldest browser that still reads it.
    files: ['public/**'],
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        ['addEventListener', 'document', 'HTMLLinkElement', 'HTMLScriptElement', 'location', 'sessionStorage', 'setTimeout'].map(name => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    files: ['calls/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['react', 'react-dom', 'react/*', 'react-dom/*'], message: 'The library works without React.' }],
        },
      ],
    },
  },
);
