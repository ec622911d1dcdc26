package schema

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// suggestion returns the name of a field that an unknown field was probably meant to be, and
// nothing where no field beside it has a similar name.
func suggestion(s *schema.Structural, path string) string {
	return nearest(path[strings.LastIndex(path, ".")+1:], siblings(s, path))
}

// siblings are the names of the fields that can stand where a field is.
func siblings(s *schema.Structural, path string) []string {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		if s = below(s, name); s == nil {
			return nil
		}
	}
	return slices.Sorted(maps.Keys(s.Properties))
}

// below is the schema of a field, or of the elements of a list: queues[0].
func below(s *schema.Structural, name string) *schema.Structural {
	name, _, element := strings.Cut(name, "[")
	p, ok := s.Properties[name]
	switch {
	case !ok && s.AdditionalProperties != nil:
		return s.AdditionalProperties.Structural
	case !ok:
		return nil
	case element:
		return p.Items
	}
	return &p
}

// nearest returns the candidate with the smallest distance to the name, if at most a third
// of the name is different.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of letters that must be added, removed, replaced or swapped with
// their neighbour to make b of a.
func distance(a, b string) int {
	rows := [][]int{}
	for i := range len(a) + 1 {
		row := make([]int, len(b)+1)
		rows = append(rows, row)
		for j := range row {
			if i == 0 || j == 0 {
				row[j] = i + j
				continue
			}
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(rows[i-1][j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
