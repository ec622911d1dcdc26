package function

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// takesKey are the functions of package stack that take a key, or the beginning of
// one, as their first argument, or as every one.
var takesKey = []string{
	"Add", "AddObject", "KeepObserved", "KeepAllObserved", "DeleteRetained", "Ref", "Refs", "ARN", "Await", "After",
	"Ready", "Observed",
	"ObservedKeys", "Has", "Keys", "Sticky", "Tags", "RoleTags", "Status", "StatusList", "InAWS", "NameInAWS",
	"ObjectName",
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

// TestEveryConstantIsAKeyOfSomething: a constant of package keys that no claim composes is a mistake, or
// what is left of a resource that is gone.
func TestEveryConstantIsAKeyOfSomething(t *testing.T) {
	left := constantKeys(t)
	delete(left, string(keys.CloudFront))
	delete(left, string(keys.Internet))
	// AWS Backup creates the recovery points, and their tags have this key.
	delete(left, string(keys.RecoveryPoints))
	claims := examples(t)
	claims["everything"] = claim(t, everything)
	claims["another account"] = claim(t, anotherAccount)
	claims["rotation by application"] = claim(t, "spec: {database: {rotation: Application}}")
	claims["rotation by RDS"] = claim(t, "spec: {database: {manageMasterUserPassword: true, readReplicas: 0}}")
	claims["shells"] = claim(t, "spec: {backend: {exec: true, readOnlyRootFilesystem: false}}")
	for _, c := range claims {
		for key := range desired(atRest(t, c)) {
			delete(left, key)
		}
	}
	// A snapshot is looked at only until the database exists.
	first := simulator.New(claim(t, restores))
	pass(t, first)
	for key := range desired(first) {
		delete(left, key)
	}
	for key := range left {
		t.Errorf("nothing composes the key %s: remove it from package keys, or add a claim that composes it", key)
	}
}

// constantKeys are the keys that are constants of package keys.
func constantKeys(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, file := range sources(t, "internal/keys") {
		ast.Inspect(file, func(n ast.Node) bool {
			d, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for _, v := range d.Values {
				call, _ := v.(*ast.CallExpr)
				if call == nil {
					continue
				}
				for _, text := range keyLiterals(call) {
					out[strings.Trim(text, "`\"")] = true
				}
			}
			return true
		})
	}
	if len(out) == 0 {
		t.Fatal("there are no keys in package keys")
	}
	return out
}

// TestTakesKeyIsComplete: TestKeysAreWrittenOnce looks at the functions in takesKey only.
func TestTakesKeyIsComplete(t *testing.T) {
	for path, file := range sources(t, "internal/stack") {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Type.Params.NumFields() == 0 {
				continue
			}
			of := f.Type.Params.List[0].Type
			if e, variadic := of.(*ast.Ellipsis); variadic {
				of = e.Elt
			}
			if is, _ := of.(*ast.Ident); is != nil && is.Name == "Key" && !slices.Contains(takesKey, f.Name.Name) {
				t.Errorf("%s in %s takes a key: add it to takesKey", f.Name.Name, path)
			}
		}
	}
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
