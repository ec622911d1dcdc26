package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// inverse are the comparisons that hold when the others do not.
var inverse = map[token.Token]string{
	token.EQL: "!=", token.NEQ: "==", token.LSS: ">=", token.LEQ: ">", token.GTR: "<=", token.GEQ: "<",
}

// neighbour are the comparisons that differ at the boundary alone.
var neighbour = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}

var comparison = map[token.Token]string{
	token.LSS: "Less", token.LEQ: "LessOrEqual", token.GTR: "Greater", token.GEQ: "GreaterOrEqual",
}

// calculation are the operators that take another one's place.
var calculation = map[token.Token]struct{ name, other string }{
	token.ADD: {"Add", "-"}, token.SUB: {"Subtract", "+"},
	token.MUL: {"Multiply", "/"}, token.QUO: {"Divide", "*"}, token.REM: {"Remainder", "*"},
}

func (f *finder) typeOf(e ast.Expr) types.Type { return f.pkg.TypesInfo.TypeOf(e) }

func (f *finder) isBool(e ast.Expr) bool {
	t := f.typeOf(e)
	return t != nil && (types.Identical(t, types.Typ[types.Bool]) || types.Identical(t, types.Typ[types.UntypedBool]))
}

// binary mutates what stands between two expressions.
func (f *finder) binary(e *ast.BinaryExpr) {
	with := func(op string) string { return f.text(e.X) + " " + op + " " + f.text(e.Y) }
	switch {
	case e.Op == token.LAND && f.isBool(e):
		n := f.change(logic, f.text(e), e.Pos(), e.End(), with("||"))
		f.operator(e, call("And", n), ", func() bool { return (", ") })")
	case e.Op == token.LOR && f.isBool(e):
		n := f.change(logic, f.text(e), e.Pos(), e.End(), with("&&"))
		f.operator(e, call("Or", n), ", func() bool { return (", ") })")
	case f.isErrorCheck(e):
	case (e.Op == token.EQL || e.Op == token.NEQ) && f.isBool(e):
		n := f.change(negate, f.text(e), e.Pos(), e.End(), with(inverse[e.Op]))
		f.wrap(e, call("Not", n), ")")
	case comparison[e.Op] != "" && f.isBool(e):
		n := f.change(boundary, f.text(e), e.Pos(), e.End(), with(neighbour[e.Op]))
		f.operator(e, call(comparison[e.Op], n), ",", ")")
	case calculation[e.Op].name != "" && f.isNumeric(e):
		c := calculation[e.Op]
		n := f.change(arithmetic, f.text(e), e.Pos(), e.End(), with(c.other))
		f.operator(e, call(c.name, n), ",", ")")
	}
}

// isErrorCheck tells whether an error is compared with nil. Negating that fails
// at once wherever it is reached, so it does not measure the tests.
func (f *finder) isErrorCheck(e *ast.BinaryExpr) bool {
	return f.pkg.TypesInfo.Types[e.Y].IsNil() && types.Identical(f.typeOf(e.X), types.Universe.Lookup("error").Type())
}

func (f *finder) isNumeric(e ast.Expr) bool {
	b, ok := f.typeOf(e).Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsFloat) != 0 && b.Info()&types.IsUntyped == 0
}

// operator makes a call of an expression with an operator.
func (f *finder) operator(e *ast.BinaryExpr, before, between, after string) {
	f.wrap(e, before, after)
	at := f.offset(e.OpPos)
	f.edits.replace(at, at+len(e.Op.String()), between)
}

// condition negates a condition that is not a comparison: a call or a variable.
func (f *finder) condition(e ast.Expr, stack []ast.Node) {
	if !f.isBool(e) || !decides(e, stack) {
		return
	}
	switch e := e.(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr, *ast.ParenExpr:
		return
	default:
		n := f.change(negate, f.text(e), e.Pos(), e.End(), "!"+f.text(e))
		f.wrap(e, call("Not", n), ")")
	}
}

// decides tells whether an expression is a condition or a part of one.
func decides(e ast.Expr, stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		switch p := stack[i].(type) {
		case *ast.ParenExpr:
			e = p
			continue
		case *ast.UnaryExpr:
			return p.Op == token.NOT
		case *ast.BinaryExpr:
			return p.Op == token.LAND || p.Op == token.LOR
		case *ast.IfStmt:
			return p.Cond == e
		case *ast.ForStmt:
			return p.Cond == e
		}
		return false
	}
	return false
}

// statement removes statements that have an effect, and changes cases.
func (f *finder) statement(s ast.Stmt, stack []ast.Node) {
	if c, ok := s.(*ast.CaseClause); ok {
		f.cases(c, stack)
		return
	}
	if !isListed(stack) || !f.removable(s) {
		return
	}
	n := f.change(statement, f.text(s), s.Pos(), s.End(), "")
	f.wrap(s, fmt.Sprintf("if %s.Off(%d) { ", switches, n), " }")
}

// isListed tells whether a statement is in a block, and not in the head of a loop or a
// condition.
func isListed(stack []ast.Node) bool {
	switch parent(stack).(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

func (f *finder) removable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return true
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE && !allBlank(s.Lhs)
	case *ast.ExprStmt:
		c, ok := s.X.(*ast.CallExpr)
		return ok && !f.isLog(c) && f.callsOther(c, "panic")
	}
	return false
}

func allBlank(list []ast.Expr) bool {
	for _, e := range list {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// isLog tells whether a call writes a log. Logs are not tested.
func (f *finder) isLog(c *ast.CallExpr) bool {
	s, ok := c.Fun.(*ast.SelectorExpr)
	return ok && (s.Sel.Name == "Debug" || s.Sel.Name == "Info")
}

func (f *finder) callsOther(c *ast.CallExpr, builtin string) bool {
	o, ok := callee(f.pkg.TypesInfo, c).(*types.Builtin)
	return !ok || o.Name() != builtin
}

// cases makes each condition of a case false.
func (f *finder) cases(c *ast.CaseClause, stack []ast.Node) {
	s, ok := stack[len(stack)-2].(*ast.SwitchStmt)
	if !ok {
		return
	}
	for _, e := range c.List {
		if s.Tag == nil {
			if f.isBool(e) {
				n := f.change(removeCase, f.text(e), e.Pos(), e.End(), "false")
				f.wrap(e, call("Never", n), ")")
			}
			continue
		}
		f.shift(removeCase, e)
	}
}

// constant mutates a constant that becomes a part of a composite literal or is
// returned, and every true and false.
func (f *finder) constant(e ast.Expr, stack []ast.Node) {
	if _, ok := parent(stack).(*ast.CaseClause); ok {
		return
	}
	tv := f.pkg.TypesInfo.Types[e]
	if tv.Value.Kind() == constant.Bool {
		f.flip(e)
		return
	}
	if f.counts(e, stack) && !isProse(tv.Value) {
		f.shift(literal, e)
	}
}

func (f *finder) flip(e ast.Expr) {
	t, ok := f.typeText(f.typeOf(e))
	if !ok || strings.HasPrefix(t, "untyped") {
		return
	}
	becomes := "true"
	if constant.BoolVal(f.pkg.TypesInfo.Types[e].Value) {
		becomes = "false"
	}
	n := f.change(boolean, f.text(e), e.Pos(), e.End(), becomes)
	f.wrap(e, fmt.Sprintf("%s.Flip[%s](%d, ", switches, t, n), ")")
}

// shift adds one to a number, and a character to a text.
func (f *finder) shift(kind string, e ast.Expr) {
	tv := f.pkg.TypesInfo.Types[e]
	if tv.Value == nil {
		return
	}
	t, ok := f.typeText(tv.Type)
	if !ok || strings.HasPrefix(t, "untyped") {
		return
	}
	name, becomes := "Number", f.text(e)+" + 1"
	switch tv.Value.Kind() {
	case constant.String:
		name, becomes = "Text", f.text(e)+` + "~"`
	case constant.Int, constant.Float:
	default:
		return
	}
	n := f.change(kind, f.text(e), e.Pos(), e.End(), becomes)
	f.wrap(e, fmt.Sprintf("%s.%s[%s](%d, ", switches, name, t, n), ")")
}

// isProse tells whether a text is written for people. Its words are not tested.
func isProse(v constant.Value) bool {
	return v.Kind() == constant.String && strings.Contains(constant.StringVal(v), " ")
}

// counts tells whether a constant is returned, or is the value of a composite literal's
// field or of a map's entry. Elements of slices are removed instead of changed.
func (f *finder) counts(e ast.Expr, stack []ast.Node) bool {
	var below ast.Node = e
	for i := len(stack) - 1; i >= 0; i-- {
		switch p := stack[i].(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
		case *ast.CallExpr:
			if !f.passesOn(p) {
				return false
			}
		case *ast.BinaryExpr:
			if calculation[p.Op].name == "" {
				return false
			}
		case *ast.KeyValueExpr:
			return p.Value == below
		case *ast.CompositeLit:
			_, isStruct := f.typeOf(p).Underlying().(*types.Struct)
			return isStruct
		case *ast.ReturnStmt:
			// Callers do not read a zero value that is returned with an error or false.
			return len(p.Results) == 1 || !f.isZero(e)
		default:
			return false
		}
		below = stack[i]
	}
	return false
}

// passesOn tells whether a call returns its only argument in another form: it is a
// conversion, or a generic function like ptr.To.
func (f *finder) passesOn(c *ast.CallExpr) bool {
	if len(c.Args) != 1 {
		return false
	}
	if f.pkg.TypesInfo.Types[c.Fun].IsType() {
		return true
	}
	fn, ok := callee(f.pkg.TypesInfo, c).(*types.Func)
	return ok && fn.Signature().TypeParams().Len() == 1
}

// hasConstant tells whether mutants change a constant in a value. Removing the whole
// value would then measure the same.
func (f *finder) hasConstant(v ast.Expr) bool {
	for {
		if tv := f.pkg.TypesInfo.Types[v]; tv.Value != nil {
			return !isProse(tv.Value)
		}
		switch e := v.(type) {
		case *ast.ParenExpr:
			v = e.X
		case *ast.CallExpr:
			if !f.passesOn(e) {
				return false
			}
			v = e.Args[0]
		default:
			return false
		}
	}
}

// arguments drops each of a call's variadic arguments. It does not drop the only argument
// of a call that another mutant drops as a whole, because both mutants are the same.
func (f *finder) arguments(c *ast.CallExpr, stack []ast.Node) {
	rest, of := f.variadic(c)
	if len(rest) == 0 {
		return
	}
	if outer, ok := parent(stack).(*ast.CallExpr); ok && len(rest) == 1 {
		if dropped, _ := f.variadic(outer); slices.Contains(dropped, ast.Expr(c)) {
			return
		}
	}
	var numbers []string
	for _, a := range rest {
		numbers = append(numbers, fmt.Sprint(f.change(argument, f.text(a), a.Pos(), a.End(), "")))
	}
	kind := ""
	if t, ok := f.typeText(of); ok {
		kind = "[" + t + "]"
	}
	before := fmt.Sprintf("%s.Drop%s([]int{%s}, ", switches, kind, strings.Join(numbers, ", "))
	f.edits.wrap(f.offset(rest[0].Pos()), f.offset(rest[len(rest)-1].End()), before, ")...")
}

func parent(stack []ast.Node) ast.Node {
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

// variadic are a call's variadic arguments and the type of each of them.
func (f *finder) variadic(c *ast.CallExpr) ([]ast.Expr, types.Type) {
	sig, ok := f.typeOf(c.Fun).(*types.Signature)
	if !ok || !sig.Variadic() || c.Ellipsis.IsValid() || f.pkg.TypesInfo.Types[c.Fun].IsBuiltin() {
		return nil, nil
	}
	fixed := sig.Params().Len() - 1
	list, ok := sig.Params().At(fixed).Type().(*types.Slice)
	if !ok || len(c.Args) <= fixed {
		return nil, nil
	}
	for _, a := range c.Args[fixed:] {
		if !types.Identical(f.typeOf(a), list.Elem()) {
			return nil, nil
		}
	}
	return c.Args[fixed:], list.Elem()
}

// returns makes a function return zero values.
func (f *finder) returns(d *ast.FuncDecl) {
	results, ok := f.zeros(d)
	if !ok || d.Name.Name == "main" || d.Name.Name == "init" {
		return
	}
	was := d.Body.List
	if d.Type.Results == nil && (len(was) < 2 || f.plain[f.pkg.TypesInfo.Defs[d.Name]]) {
		return
	}
	if len(was) == 1 && f.returnsZero(was[0]) {
		return
	}
	at := d.Body.Lbrace + 1
	becomes := " return"
	if len(results) > 0 {
		becomes += " " + strings.Join(results, ", ")
	}
	n := f.change(returned, "", at, at, becomes)
	f.edits.insert(f.offset(at), fmt.Sprintf(" if %s.On(%d) {%s };", switches, n, becomes))
}

// zeros are the zero values of a function's results. There are none for a function that
// returns a function: calling nil panics in any test.
func (f *finder) zeros(d *ast.FuncDecl) ([]string, bool) {
	if d.Type.Results == nil {
		return nil, true
	}
	var out []string
	for _, r := range d.Type.Results.List {
		if _, ok := f.typeOf(r.Type).Underlying().(*types.Signature); ok || f.hidden(r.Type) {
			return nil, false
		}
		for range max(1, len(r.Names)) {
			out = append(out, "*new("+f.text(r.Type)+")")
		}
	}
	return out, true
}

// hidden tells whether a name in the text of a type means something else in the function.
func (f *finder) hidden(t ast.Expr) bool {
	found := false
	ast.Inspect(t, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			o := f.scope.Lookup(id.Name)
			found = found || o != nil && o != f.pkg.TypesInfo.Uses[id]
		}
		return true
	})
	return found
}

func (f *finder) returnsZero(s ast.Stmt) bool {
	r, ok := s.(*ast.ReturnStmt)
	if !ok {
		return false
	}
	for _, e := range r.Results {
		if !f.isZero(e) {
			return false
		}
	}
	return true
}

func (f *finder) isZero(e ast.Expr) bool {
	tv := f.pkg.TypesInfo.Types[e]
	if tv.IsNil() {
		return true
	}
	if tv.Value == nil {
		c, ok := ast.Unparen(e).(*ast.CompositeLit)
		return ok && len(c.Elts) == 0
	}
	switch tv.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(tv.Value)
	case constant.String:
		return constant.StringVal(tv.Value) == ""
	case constant.Int, constant.Float:
		return constant.Sign(tv.Value) == 0
	}
	return false
}
