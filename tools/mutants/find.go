package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/packages"
)

// A finder finds the mutants of one file and writes the switches for them.
type finder struct {
	*found
	program *program
	pkg     *packages.Package
	file    *ast.File
	path    string
	source  []byte
	edits   edits

	// function that the finder is in, and what its names mean.
	function string
	scope    *types.Scope
}

// switches is the name by which a rewritten file imports the switches.
const switches = "mutant_"

// find walks through the functions, and the variables with their initial values.
func (f *finder) find() {
	for _, d := range f.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body == nil {
				continue
			}
			f.function, f.scope = functionName(d), f.pkg.TypesInfo.Scopes[d.Type]
			f.returns(d)
			f.walk(d.Body)
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
			for _, s := range d.Specs {
				v, _ := s.(*ast.ValueSpec)
				f.function, f.scope = v.Names[0].Name, nil
				for _, e := range v.Values {
					f.walk(e)
				}
			}
		}
	}
}

// functionName is a function's name, after its receiver's.
func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch e := t.(type) {
		case *ast.StarExpr:
			t = e.X
		case *ast.IndexExpr:
			t = e.X
		case *ast.Ident:
			return e.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

func (f *finder) walk(root ast.Node) {
	ast.PreorderStack(root, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n.(type) {
		case *ast.ArrayType, *ast.MapType, *ast.StructType, *ast.FuncType, *ast.InterfaceType, *ast.ChanType:
			return false // Types have constants too, but none that can be changed.
		}
		if d, ok := n.(*ast.GenDecl); ok {
			return d.Tok == token.VAR
		}
		if s, ok := n.(ast.Stmt); ok {
			f.statement(s, stack)
		}
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if tv := f.pkg.TypesInfo.Types[e]; tv.Value != nil {
			f.constant(e, stack)
			return false
		}
		f.condition(e, stack)
		switch e := e.(type) {
		case *ast.BinaryExpr:
			f.binary(e)
		case *ast.CallExpr:
			f.arguments(e, stack)
		case *ast.CompositeLit:
			f.literal(e, stack)
		}
		return true
	})
}

// change notes a mutant that puts text in place of a node. It returns the
// mutant's number.
func (f *finder) change(kind, name string, from, to token.Pos, becomes string) int {
	pkg := f.program.dir(f.pkg.PkgPath)
	id := pkg + "." + f.function + ":" + kind + ":" + label(name)
	f.ids[id]++
	if n := f.ids[id]; n > 1 {
		id += "#" + strconv.Itoa(n)
	}
	m := Mutant{
		ID: id, Number: len(f.mutants) + 1, Package: pkg, Function: f.function, Kind: kind,
		File: relative(f.program.root, f.path), Line: f.pkg.Fset.Position(from).Line,
		Start: f.offset(from), End: f.offset(to), Becomes: becomes,
	}
	m.Was = string(f.source[m.Start:m.End])
	f.mutants = append(f.mutants, m)
	return m.Number
}

func (f *finder) text(n ast.Node) string {
	return string(f.source[f.offset(n.Pos()):f.offset(n.End())])
}

// wrap writes a call of a switch around a node. A format with %d gets the
// mutant's number.
func (f *finder) wrap(n ast.Node, before, after string) {
	f.edits.wrap(f.offset(n.Pos()), f.offset(n.End()), before, after)
}

func call(name string, number int) string { return fmt.Sprintf("%s.%s(%d, ", switches, name, number) }

// rewritten is the file with all its mutants. No line moves.
func (f *finder) rewritten() string {
	e := f.edits
	at := f.offset(f.file.Name.End())
	e.insert(at, fmt.Sprintf("; import %s %q", switches, f.program.switchesPath()))
	return e.apply(f.source)
}

// typeText is the text of a type in the file. It is false if the file cannot name the type.
func (f *finder) typeText(t types.Type) (string, bool) {
	ok := true
	text := types.TypeString(t, func(p *types.Package) string {
		if p == f.pkg.Types {
			return ""
		}
		name := f.importName(p)
		ok = ok && name != ""
		return name
	})
	return text, ok && f.visible(t)
}

// importName is the name by which the file knows a package.
func (f *finder) importName(p *types.Package) string {
	for _, s := range f.file.Imports {
		if path, err := strconv.Unquote(s.Path.Value); err != nil || path != p.Path() {
			continue
		}
		name := p.Name()
		if s.Name != nil {
			name = s.Name.Name
		}
		if f.shadowed(name) || name == "_" || name == "." {
			return ""
		}
		return name
	}
	return ""
}

// visible tells whether the file can name a type.
func (f *finder) visible(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		_, basic := types.Unalias(t).(*types.Basic)
		_, empty := types.Unalias(t).(*types.Interface)
		return basic || empty
	}
	o := named.Obj()
	if o.Pkg() == nil || o.Pkg() == f.pkg.Types {
		return !f.shadowed(o.Name()) && o.Parent() != nil && (o.Pkg() == nil || o.Parent() == f.pkg.Types.Scope())
	}
	return o.Exported()
}

// shadowed tells whether a name means something else somewhere in the function.
func (f *finder) shadowed(name string) bool { return f.scope != nil && declares(f.scope, name) }

func declares(s *types.Scope, name string) bool {
	if s.Lookup(name) != nil {
		return true
	}
	for child := range s.Children() {
		if declares(child, name) {
			return true
		}
	}
	return false
}
