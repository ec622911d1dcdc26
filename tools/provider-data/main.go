// Provider-data extracts from the source of the Terraform provider, for each resource: the arguments whose change
// replaces it, and the calls to AWS that its code can make. Tests compare the records of package kinds with it.
//
// It reads the source and does not compile it. It follows the functions of the resource's file through its package, by
// name, so the calls are all that may happen, and some of them happen only with options that Kasha does not use.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Resource is what the source says of one.
type Resource struct {
	// ForceNew are the arguments whose change replaces the resource, as dotted paths.
	ForceNew []string `json:"forceNew,omitempty"`
	// Calls are the operations of the service's API.
	Calls []string `json:"calls"`
}

func main() {
	source := flag.String("source", "", "the `directory` of terraform-provider-aws")
	out := flag.String("o", "", "the `file` to write")
	flag.Parse()
	if err := run(*source, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(source, out string, types []string) error {
	names, err := attributes(filepath.Join(source, "names"))
	if err != nil {
		return err
	}
	where, err := files(filepath.Join(source, "internal", "service"))
	if err != nil {
		return err
	}
	all := map[string]Resource{}
	packages := map[string]*service{}
	for _, t := range types {
		file, ok := where[t]
		if !ok {
			return fmt.Errorf("cannot find %s: no file below %s has its annotation", t, source)
		}
		dir := filepath.Dir(file)
		if packages[dir] == nil {
			if packages[dir], err = read(dir, names); err != nil {
				return err
			}
		}
		all[t] = packages[dir].resource(file)
	}
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(b, '\n'), 0o600)
}

// attributes are the provider's constants for names of arguments: AttrName is name.
func attributes(dir string) (map[string]string, error) {
	set, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "attr_consts_gen.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	ast.Inspect(set, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if s, ok := text(v.Values[0]); ok {
				out[v.Names[0].Name] = s
			}
		}
		return true
	})
	return out, nil
}

func text(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

var annotation = regexp.MustCompile(`(?m)^// @(?:SDK|Framework)Resource\("(aws_[a-z0-9_]+)"`)

// files are the files of the resources, by type.
func files(dir string) (map[string]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, file := range all {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range annotation.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = file
		}
	}
	return out, nil
}

// A service is one package of the provider.
type service struct {
	names map[string]string
	// funcs are all functions and methods, by name. Some methods share a name.
	funcs map[string][]*ast.FuncDecl
	// in are the functions of each file, and comments its annotations.
	in       map[string][]*ast.FuncDecl
	comments map[string]string
}

func read(dir string, names map[string]string) (*service, error) {
	s := &service{names: names, funcs: map[string][]*ast.FuncDecl{}, in: map[string][]*ast.FuncDecl{},
		comments: map[string]string{}}
	all, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range all {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, c := range f.Comments {
			for _, l := range c.List {
				s.comments[file] += l.Text + "\n"
			}
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				s.in[file] = append(s.in[file], fn)
				s.funcs[fn.Name.Name] = append(s.funcs[fn.Name.Name], fn)
			}
		}
	}
	return s, nil
}

func (s *service) resource(file string) Resource {
	calls, forced := map[string]bool{}, map[string]bool{}
	seen := map[*ast.FuncDecl]bool{}
	for _, fn := range s.in[file] {
		s.follow(fn, calls, seen)
		s.replaced(fn.Body, "", forced)
	}
	if strings.Contains(s.comments[file], "@Tags") {
		for _, name := range []string{"listTags", "updateTags"} {
			for _, fn := range s.funcs[name] {
				s.follow(fn, calls, seen)
			}
		}
	}
	return Resource{ForceNew: slices.Sorted(maps.Keys(forced)), Calls: slices.Sorted(maps.Keys(calls))}
}

var paginator = regexp.MustCompile(`^New([A-Z]\w+)Paginator$`)

// follow adds the calls of a function and of what it uses of its package.
func (s *service) follow(fn *ast.FuncDecl, calls map[string]bool, seen map[*ast.FuncDecl]bool) {
	if seen[fn] {
		return
	}
	seen[fn] = true
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if call := operation(n); call != "" {
				calls[call] = true
			}
		case *ast.CompositeLit:
			for _, next := range s.methods(n) {
				s.follow(next, calls, seen)
			}
		case *ast.Ident:
			for _, next := range s.funcs[n.Name] {
				if next.Recv == nil {
					s.follow(next, calls, seen)
				}
			}
		}
		return true
	})
}

// methods are those of a struct of the package whose value the code makes: a handler that several resources share.
func (s *service) methods(lit *ast.CompositeLit) []*ast.FuncDecl {
	made, ok := lit.Type.(*ast.Ident)
	if !ok {
		return nil
	}
	var out []*ast.FuncDecl
	for _, all := range s.funcs {
		for _, fn := range all {
			if fn.Recv != nil && receiver(fn) == made.Name {
				out = append(out, fn)
			}
		}
	}
	return out
}

// receiver is the name of a method's type.
func receiver(fn *ast.FuncDecl) string {
	t := fn.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// operation is what a call asks of AWS: conn.CreateQueue(ctx, ...), or a paginator of it.
func operation(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	if m := paginator.FindStringSubmatch(sel.Sel.Name); m != nil {
		return m[1]
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Name != "conn" || !ast.IsExported(sel.Sel.Name) {
		return ""
	}
	if arg, ok := call.Args[0].(*ast.Ident); !ok || arg.Name != "ctx" {
		return ""
	}
	return sel.Sel.Name
}

// replaced adds the arguments whose schema says that their change replaces the resource.
func (s *service) replaced(n ast.Node, path string, out map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		name := s.argument(kv.Key)
		if name == "" {
			return true
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if forces(kv.Value) {
			out[at] = true
		}
		s.replaced(kv.Value, at, out)
		return false
	})
}

// argument is the name of an argument as the key of a map.
func (s *service) argument(key ast.Expr) string {
	if t, ok := text(key); ok {
		return t
	}
	if sel, ok := key.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "names" {
			return s.names[sel.Sel.Name]
		}
	}
	return ""
}

// forces tells whether an argument's own schema, not that of one below it, has ForceNew or RequiresReplace.
func forces(value ast.Expr) bool {
	if u, ok := value.(*ast.UnaryExpr); ok {
		value = u.X
	}
	c, ok := value.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "ForceNew":
			if v, ok := kv.Value.(*ast.Ident); ok && v.Name == "true" {
				return true
			}
		case key.Name == "PlanModifiers" && requiresReplace(kv.Value):
			return true
		}
	}
	return false
}

func requiresReplace(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "RequiresReplace" {
			found = true
		}
		return true
	})
	return found
}
