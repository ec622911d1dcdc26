// Package near finds the name that a misspelt one was probably meant to be.
package near

import "strings"

// Nearest returns the candidate with the smallest distance to the name, if at most a third
// of the name is different.
func Nearest(name string, candidates []string) string {
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
