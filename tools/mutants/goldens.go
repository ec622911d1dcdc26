package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A testName is a test of a package in a directory below the root.
type testName struct{ dir, test string }

// goldens returns the tests that write their expected output when a flag is set: those
// that use the flag's variable, themselves or in a function that they call.
func (p *program) goldens(flag string) map[testName]bool {
	out := map[testName]bool{}
	for _, pkg := range p.tested {
		uses, tests := usesOf(pkg)
		for v := range flagVariables(pkg, flag) {
			for _, t := range tests {
				if reaches(uses, t, v, map[types.Object]bool{}) {
					out[testName{p.dir(pkg.ForTest), t.Name()}] = true
				}
			}
		}
	}
	return out
}

// usesOf tells what each function of a package's tests uses, and which of them
// are tests.
func usesOf(pkg *packages.Package) (map[types.Object][]types.Object, []types.Object) {
	uses := map[types.Object][]types.Object{}
	var tests []types.Object
	for i, file := range pkg.Syntax {
		if !strings.HasSuffix(pkg.CompiledGoFiles[i], "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			o := pkg.TypesInfo.Defs[fn.Name]
			if isTest(pkg.TypesInfo, fn) {
				tests = append(tests, o)
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && pkg.TypesInfo.Uses[id] != nil {
					uses[o] = append(uses[o], pkg.TypesInfo.Uses[id])
				}
				return true
			})
		}
	}
	return uses, tests
}

// flagVariables are the variables that hold a command line flag's value.
func flagVariables(pkg *packages.Package, flag string) map[types.Object]bool {
	out := map[types.Object]bool{}
	for _, file := range pkg.Syntax {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				v, _ := s.(*ast.ValueSpec)
				for i, e := range v.Values {
					if len(v.Names) == len(v.Values) && definesFlag(pkg.TypesInfo, e, flag) {
						out[pkg.TypesInfo.Defs[v.Names[i]]] = true
					}
				}
			}
		}
	}
	return out
}

func definesFlag(info *types.Info, e ast.Expr, flag string) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok || len(c.Args) == 0 {
		return false
	}
	o := callee(info, c)
	name := info.Types[c.Args[0]].Value
	return o != nil && o.Pkg() != nil && o.Pkg().Path() == "flag" && name != nil && constant.StringVal(name) == flag
}

func reaches(uses map[types.Object][]types.Object, from, to types.Object, seen map[types.Object]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, o := range uses[from] {
		if reaches(uses, o, to, seen) {
			return true
		}
	}
	return false
}
