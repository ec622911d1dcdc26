package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// mostElements is the largest number of elements that a mutated literal has. A larger
// literal is a table of data, and each of its rows would measure the same.
const mostElements = 24

// literal removes each field, entry or element of a composite literal.
func (f *finder) literal(c *ast.CompositeLit, stack []ast.Node) {
	t := f.typeOf(c)
	if t == nil || len(c.Elts) > mostElements {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // Literals in a slice or a map may leave out their type.
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		f.fields(c, t, u)
	case *types.Map:
		if isPlace(c, stack) {
			f.entries(c)
		}
	case *types.Slice:
		if isPlace(c, stack) {
			f.elements(c)
		}
	}
}

// isPlace tells whether a literal may become the argument of a call: its type is
// written, and the code does not take its address.
func isPlace(c *ast.CompositeLit, stack []ast.Node) bool {
	if c.Type == nil {
		return false
	}
	u, ok := parent(stack).(*ast.UnaryExpr)
	return !ok || u.Op != token.AND
}

func (f *finder) fields(c *ast.CompositeLit, t types.Type, u *types.Struct) {
	for i, e := range c.Elts {
		v, of := e, u.Field(min(i, u.NumFields()-1))
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			key, _ := kv.Key.(*ast.Ident)
			v, of = kv.Value, fieldNamed(u, key.Name)
		}
		if of == nil || f.isZero(v) || f.hasConstant(v) || f.isLiteral(v) {
			continue
		}
		f.field(e, v, typeName(t)+"."+of.Name(), of.Type())
	}
}

// isLiteral tells whether a value is a struct that mutants take apart.
func (f *finder) isLiteral(v ast.Expr) bool {
	if u, ok := v.(*ast.UnaryExpr); ok {
		v = u.X
	}
	c, ok := v.(*ast.CompositeLit)
	if !ok {
		return false
	}
	_, isStruct := f.typeOf(c).Underlying().(*types.Struct)
	return isStruct && len(c.Elts) > 0
}

func (f *finder) field(whole, v ast.Expr, name string, t types.Type) {
	kind := ""
	tv := f.pkg.TypesInfo.Types[v]
	if tv.Value != nil || !types.Identical(tv.Type, t) {
		text, ok := f.typeText(t)
		if !ok {
			return
		}
		kind = "[" + text + "]"
	}
	becomes := ""
	if whole == v {
		becomes = "zero"
	}
	n := f.change(field, name, whole.Pos(), whole.End(), becomes)
	f.wrap(v, fmt.Sprintf("%s.Zero%s(%d, ", switches, kind, n), ")")
}

func fieldNamed(u *types.Struct, name string) *types.Var {
	for v := range u.Fields() {
		if v.Name() == name {
			return v
		}
	}
	return nil
}

// typeName is a type's name without its package.
func typeName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj().Name()
	default:
		return "struct"
	}
}

// entries removes the entries of a map that have constant keys.
func (f *finder) entries(c *ast.CompositeLit) {
	var numbers, keys []string
	for _, e := range c.Elts {
		kv, _ := e.(*ast.KeyValueExpr)
		if f.pkg.TypesInfo.Types[kv.Key].Value == nil || f.hasConstant(kv.Value) {
			continue
		}
		numbers = append(numbers, fmt.Sprint(f.change(element, "["+f.text(kv.Key)+"]", kv.Pos(), kv.End(), "")))
		keys = append(keys, f.text(kv.Key))
	}
	if len(numbers) == 0 {
		return
	}
	after := fmt.Sprintf(", []int{%s}, %s)", strings.Join(numbers, ", "), strings.Join(keys, ", "))
	f.wrap(c, switches+".Map(", after)
}

// elements removes the elements of a slice.
func (f *finder) elements(c *ast.CompositeLit) {
	var numbers []string
	for _, e := range c.Elts {
		if _, ok := e.(*ast.KeyValueExpr); ok {
			return
		}
	}
	for _, e := range c.Elts {
		numbers = append(numbers, fmt.Sprint(f.change(element, f.text(e), e.Pos(), e.End(), "")))
	}
	if len(numbers) == 0 {
		return
	}
	f.wrap(c, fmt.Sprintf("%s.Slice([]int{%s}, ", switches, strings.Join(numbers, ", ")), ")")
}
