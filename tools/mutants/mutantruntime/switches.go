// Package mutantruntime switches mutants on. It is part of the test binaries
// that the mutation driver builds, and of nothing else.
package mutantruntime

import (
	"cmp"
	"os"
	"strconv"
	"sync/atomic"
)

// count is how many mutants there are. The driver writes it.
const count = 0

var (
	// active is the mutant that is switched on. 0 is none.
	active = number(os.Getenv("MUTANT"))
	// noting tells whether the mutants that a test reaches are noted in seen.
	noting = os.Getenv("MUTANT_HITS") != ""
	seen   [count + 1]atomic.Bool
)

func number(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}

// On tells whether a mutant is active, and notes that a test reached it.
func On(id int) bool {
	if noting && !seen[id].Load() {
		seen[id].Store(true)
	}
	return id == active
}

// Off is the negation of On.
func Off(id int) bool { return !On(id) }

// Each function below takes the place of an operator, a constant or a literal.
// While its mutant is off, it does what the original does.

func Not(id int, is bool) bool { return On(id) != is }

func Never(id int, is bool) bool { return !On(id) && is }

func And(id int, a bool, b func() bool) bool {
	if On(id) {
		return a || b()
	}
	return a && b()
}

func Or(id int, a bool, b func() bool) bool {
	if On(id) {
		return a && b()
	}
	return a || b()
}

func Less[T cmp.Ordered](id int, a, b T) bool {
	if On(id) {
		return a <= b
	}
	return a < b
}

func LessOrEqual[T cmp.Ordered](id int, a, b T) bool {
	if On(id) {
		return a < b
	}
	return a <= b
}

func Greater[T cmp.Ordered](id int, a, b T) bool {
	if On(id) {
		return a >= b
	}
	return a > b
}

func GreaterOrEqual[T cmp.Ordered](id int, a, b T) bool {
	if On(id) {
		return a > b
	}
	return a >= b
}

type numeric interface{ integer | ~float32 | ~float64 }

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

func Add[T numeric](id int, a, b T) T {
	if On(id) {
		return a - b
	}
	return a + b
}

func Subtract[T numeric](id int, a, b T) T {
	if On(id) {
		return a + b
	}
	return a - b
}

func Multiply[T numeric](id int, a, b T) T {
	if On(id) {
		return a / b
	}
	return a * b
}

func Divide[T numeric](id int, a, b T) T {
	if On(id) {
		return a * b
	}
	return a / b
}

func Remainder[T integer](id int, a, b T) T {
	if On(id) {
		return a * b
	}
	return a % b
}

func Flip[T ~bool](id int, v T) T {
	if On(id) {
		return !v
	}
	return v
}

func Number[T numeric](id int, v T) T {
	if On(id) {
		return v + 1
	}
	return v
}

func Text[T ~string](id int, v T) T {
	if On(id) {
		return v + "~"
	}
	return v
}

func Zero[T any](id int, v T) T {
	if On(id) {
		var zero T
		return zero
	}
	return v
}

// Drop leaves out the value whose mutant is active.
func Drop[T any](ids []int, values ...T) []T {
	var out []T
	for i, v := range values {
		if i >= len(ids) || !On(ids[i]) {
			out = append(out, v)
		}
	}
	return out
}

// Slice is Drop for a slice.
func Slice[S ~[]E, E any](ids []int, s S) S {
	for i, id := range ids {
		if On(id) {
			return append(append(S{}, s[:i]...), s[i+1:]...)
		}
	}
	return s
}

// Map leaves out the entry whose mutant is active.
func Map[M ~map[K]V, K comparable, V any](m M, ids []int, keys ...K) M {
	for i, id := range ids {
		if On(id) {
			delete(m, keys[i])
		}
	}
	return m
}
