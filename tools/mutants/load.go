package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A program is the code that is mutated, and the tests that should notice.
type program struct {
	// root of the module, its path, and that of the package that is shipped.
	root, module, main string
	// mutated are the packages of the module that the program is made of, and
	// that are in the directories of the tests.
	mutated []*packages.Package
	// tested are the packages that have tests, with these.
	tested []*packages.Package
}

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo |
	packages.NeedModule | packages.NeedForTest

// load reads a program. Main is the pattern of the shipped package, and tests are the
// patterns of the packages whose tests count.
func load(root, main string, tests []string) (*program, error) {
	shipped, path, err := dependencies(root, main)
	if err != nil {
		return nil, err
	}
	pkgs, err := packages.Load(&packages.Config{Mode: loadMode, Dir: root, Tests: true}, tests...)
	if err != nil {
		return nil, fmt.Errorf("cannot load the packages: %w", err)
	}
	p := &program{root: root, main: path}
	for _, pkg := range pkgs {
		if len(pkg.Errors) > 0 {
			return nil, fmt.Errorf("cannot load %s: %w", pkg.PkgPath, pkg.Errors[0])
		}
		switch {
		case strings.HasSuffix(pkg.PkgPath, ".test"):
		case pkg.ForTest != "":
			p.tested = append(p.tested, pkg)
		case shipped[pkg.PkgPath]:
			p.mutated = append(p.mutated, pkg)
			p.module = pkg.Module.Path
		}
	}
	if len(p.mutated) == 0 {
		return nil, fmt.Errorf("cannot find anything to mutate: %s is not made of the packages of %v", main, tests)
	}
	slices.SortFunc(p.mutated, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	return p, nil
}

// dependencies are the packages that a program is made of, and the path of its own.
func dependencies(root, main string) (all map[string]bool, path string, err error) {
	mode := packages.NeedName | packages.NeedImports | packages.NeedDeps
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: root}, main)
	if err != nil || len(pkgs) == 0 {
		return nil, "", fmt.Errorf("cannot load %s: %w", main, err)
	}
	all = map[string]bool{}
	packages.Visit(pkgs, nil, func(p *packages.Package) { all[p.PkgPath] = true })
	return all, pkgs[0].PkgPath, nil
}

// dir is a package's directory below the root.
func (p *program) dir(pkgPath string) string {
	pkgPath = strings.TrimSuffix(pkgPath, "_test")
	if pkgPath == p.module {
		return "."
	}
	return strings.TrimPrefix(pkgPath, p.module+"/")
}

// found are the mutants of all packages, and the files that have them as they
// are with all mutants in them: text by absolute path.
type found struct {
	mutants []Mutant
	files   map[string]string
	// plain are the functions that are called as statements.
	plain map[types.Object]bool
	// ids counts how often each ID has been given.
	ids map[string]int
}

func (p *program) find() (*found, error) {
	all := &found{files: map[string]string{}, plain: statementCalls(p.mutated), ids: map[string]int{}}
	for _, pkg := range p.mutated {
		for i, file := range pkg.Syntax {
			path := pkg.CompiledGoFiles[i]
			if ast.IsGenerated(file) || !strings.HasPrefix(path, p.root) {
				continue
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("cannot mutate: %w", err)
			}
			f := &finder{found: all, program: p, pkg: pkg, file: file, path: path, source: source}
			f.find()
			if len(f.edits) > 0 {
				all.files[path] = f.rewritten()
			}
		}
	}
	return all, nil
}

// statementCalls are the functions that some statement calls only for their effect.
// Removing the statement is the same mutant as returning from the function at once.
func statementCalls(pkgs []*packages.Package) map[types.Object]bool {
	out := map[types.Object]bool{}
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.ExprStmt); ok {
					if call, ok := s.X.(*ast.CallExpr); ok {
						out[callee(pkg.TypesInfo, call)] = true
					}
				}
				return true
			})
		}
	}
	return out
}

// callee is the function or variable that a call names, or nil.
func callee(info *types.Info, call *ast.CallExpr) types.Object {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return info.Uses[fun]
	case *ast.SelectorExpr:
		return info.Uses[fun.Sel]
	}
	return nil
}

func (f *finder) offset(pos token.Pos) int { return f.pkg.Fset.Position(pos).Offset }

func relative(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

// switchesPath is the import path of the switches, which exist in the test
// binaries alone.
func (p *program) switchesPath() string { return p.module + "/" + switchesDir }

const switchesDir = "internal/mutantruntime"
