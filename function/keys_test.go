package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// takesKey are the functions of package stack that take a key, or the beginning of
// one, as their first argument, or as every one.
var takesKey = []string{
	"Add", "AddObject", "KeepObserved", "KeepAllObserved", "DeleteRetained", "Ref", "Refs", "ARN", "Await", "After",
	"Ready", "Observed",
	"ObservedKeys", "Has", "Keys", "Sticky", "Tags", "RoleTags", "Status", "StatusList", "InAWS", "ObjectName",
}

// TestKeysAreWrittenOnce: a key that is typed a second time can be mistyped, and
// what waits for it then never comes. So keys are written in package keys only.
func TestKeysAreWrittenOnce(t *testing.T) {
	for path, file := range sources(t, "internal") {
		pkg := filepath.Base(filepath.Dir(path))
		if pkg == "keys" || pkg == "simulator" || pkg == "kinds" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, text := range keyLiterals(call) {
				t.Errorf("%s types the key %q; use package keys", path, text)
			}
			return true
		})
	}
}

// keyLiterals are the literals that a call takes for keys.
func keyLiterals(call *ast.CallExpr) []string {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	args := call.Args
	switch {
	case name == "Key" && len(args) == 1:
	case !slices.Contains(takesKey, name) || len(args) == 0:
		return nil
	case name != "After" && name != "Refs":
		args = args[:1]
	}
	var out []string
	for _, a := range args {
		ast.Inspect(a, func(n ast.Node) bool {
			if _, nested := n.(*ast.CallExpr); nested {
				return false
			}
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && l.Value != `""` {
				out = append(out, l.Value)
			}
			return true
		})
	}
	return out
}

// TestTheStackKnowsNoKey: package stack is mechanism, and works for any resource.
func TestTheStackKnowsNoKey(t *testing.T) {
	known := literals(t, "internal/keys")
	for path, file := range sources(t, "internal/stack") {
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && known[l.Value] {
				t.Errorf("%s names the key %s of a tier", path, l.Value)
			}
			return true
		})
	}
}

// literals are the strings of a package that may be keys or begin one.
func literals(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, file := range sources(t, dir) {
		imports := map[string]bool{}
		for _, i := range file.Imports {
			imports[i.Path.Value] = true
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && !imports[l.Value] &&
				len(l.Value) > len(`"--"`) {
				out[l.Value] = true
			}
			return true
		})
	}
	if len(out) == 0 {
		t.Fatalf("there are no keys in %s", dir)
	}
	return out
}

// sources are the parsed files below a directory, tests aside.
func sources(t *testing.T, root string) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		out[path] = file
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
