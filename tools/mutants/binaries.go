package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A testBinary is the compiled tests of one package.
type testBinary struct {
	path string
	// pkg is the package's import path, and dir its directory below the root.
	pkg, dir string
	// main tells that the package is that of the program itself.
	main  bool
	tests []string
	// files are the names of the files that the tests are in.
	files map[string]string
	// flags that every run of it gets.
	flags []string
}

// chosen returns the packages whose tests run against mutants of some packages: the same
// packages, and the program's own.
func (p *program) chosen(dirs map[string]bool) []string {
	var out []string
	for _, pkg := range p.tested {
		d := p.dir(pkg.ForTest)
		if (dirs[d] || pkg.ForTest == p.main) && !slices.Contains(out, pkg.ForTest) {
			out = append(out, pkg.ForTest)
		}
	}
	slices.Sort(out)
	return out
}

// binaries returns the compiled tests of packages. Each binary gets only the flags that
// it defines.
func (p *program) binaries(ctx context.Context, c config, pkgs []string) ([]*testBinary, error) {
	var out []*testBinary
	for _, pkg := range pkgs {
		b := &testBinary{
			path: filepath.Join(c.dir, "bin", baseName(pkg)+".test"),
			pkg:  pkg, dir: p.dir(pkg), main: pkg == p.main, files: map[string]string{},
		}
		for _, t := range p.tested {
			if t.ForTest == pkg {
				b.add(t)
			}
		}
		if len(b.tests) == 0 {
			continue
		}
		if _, err := os.Stat(b.path); err != nil {
			return nil, fmt.Errorf("cannot find the tests of %s: %w", b.dir, err)
		}
		// With -help the binary prints its flags and fails.
		help, _ := exec.CommandContext(ctx, b.path, "-help").CombinedOutput() //nolint:errcheck // See above.
		for _, f := range c.flags {
			if knows(string(help), strings.SplitN(f, "=", 2)[0]) {
				b.flags = append(b.flags, "-"+f)
			}
		}
		out = append(out, b)
	}
	return out, nil
}

func (b *testBinary) add(pkg *packages.Package) {
	for _, t := range testsOf(pkg) {
		b.tests = append(b.tests, t.name)
		b.files[t.name] = t.file
	}
}

func baseName(pkgPath string) string { return pkgPath[strings.LastIndexByte(pkgPath, '/')+1:] }

// knows tells whether a usage text has a flag.
func knows(help, flag string) bool {
	return regexp.MustCompile(`(?m)^\s+-` + regexp.QuoteMeta(flag) + `\b`).MatchString(help)
}

// A testPlace is a test's name and the name of its file.
type testPlace struct{ name, file string }

// testsOf returns the tests in the files of a package.
func testsOf(pkg *packages.Package) []testPlace {
	var out []testPlace
	for i, file := range pkg.Syntax {
		if !strings.HasSuffix(pkg.CompiledGoFiles[i], "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isTest(pkg.TypesInfo, fn) {
				out = append(out, testPlace{fn.Name.Name, filepath.Base(pkg.CompiledGoFiles[i])})
			}
		}
	}
	return out
}

func isTest(info *types.Info, fn *ast.FuncDecl) bool {
	if fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Test") || fn.Type.Params.NumFields() != 1 {
		return false
	}
	t := info.TypeOf(fn.Type.Params.List[0].Type)
	return t != nil && t.String() == "*testing.T"
}

// serverFiles returns the files, by path, that let the tests of a package answer the
// driver's commands.
func (p *program) serverFiles(pkg string, forget []string) map[string]string {
	out := map[string]string{}
	inside := false
	for _, t := range p.tested {
		if t.ForTest != pkg || len(t.CompiledGoFiles) == 0 {
			continue
		}
		name := "zz_mutants_external_test.go"
		if t.PkgPath == pkg {
			name, inside = "zz_mutants_test.go", true
		}
		dir := filepath.Join(p.root, filepath.FromSlash(p.dir(pkg)))
		out[filepath.Join(dir, name)] = p.serverFile(t, t.PkgPath == pkg, forget)
	}
	if !inside {
		for path, text := range out {
			out[path] = text + serveTest
		}
	}
	return out
}

const serveTest = "\nfunc TestMutants_(*testing.T) { mutant_.Serve() }\n"

func (p *program) serverFile(pkg *packages.Package, inside bool, forget []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"testing\"\n\n\tmutant_ %q\n)\n\nfunc init() {\n", pkg.Name,
		p.switchesPath())
	for _, t := range testsOf(pkg) {
		fmt.Fprintf(&b, "\tmutant_.Register(testing.InternalTest{Name: %q, F: %s})\n", t.name, t.name)
	}
	for _, f := range forget {
		if dir, variable, _ := strings.Cut(f, "."); inside && dir == p.dir(pkg.ForTest) {
			fmt.Fprintf(&b, "\tmutant_.Forget(func() { %s.Clear() })\n", variable)
		}
	}
	b.WriteString("}\n\nvar _ *testing.T\n")
	if inside {
		b.WriteString(serveTest)
	}
	return b.String()
}
