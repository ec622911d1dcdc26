package judge

import (
	"fmt"
	"slices"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// tableLosses warns about what a change of a table that stays takes away.
func tableLosses(s *stack.Stack) []string {
	var out []string
	for _, t := range s.Claim.Spec.Tables {
		if o, ok := s.Observed(keys.Table(t.Name)); ok {
			out = append(out, lostHistory(t, o)...)
			out = append(out, lostStream(t, o)...)
			out = append(out, lostIndexes(t, o)...)
		}
	}
	return out
}

// lostHistory is about a shorter history for point-in-time recovery, or none.
func lostHistory(t v1alpha1.Table, o stack.Observed) []string {
	v, _ := o.Lookup("spec", "forProvider", "pointInTimeRecovery", "recoveryPeriodInDays")
	was, _ := v.(float64)
	switch is := float64(ptr.Deref(t.RecoveryDays, plan.TableRecoveryDays)); {
	case was > 0 && is == 0:
		return []string{fmt.Sprintf("turning point-in-time recovery of the table %s off deletes its whole "+
			"history: it cannot be restored to a time before it is turned on again", t.Name)}
	case was > is:
		return []string{fmt.Sprintf("changing recoveryDays of the table %s from %.0f to %.0f deletes the history "+
			"that is older", t.Name, was, is)}
	}
	return nil
}

// lostStream is about a stream that AWS closes. Another view is another stream.
func lostStream(t v1alpha1.Table, o stack.Observed) []string {
	was, _ := stack.Text(o, "spec", "forProvider", "streamViewType")
	switch {
	case was == "" || was == plan.StreamView(t.Stream):
		return nil
	case t.Stream == "":
		return []string{fmt.Sprintf("turning the stream of the table %s off: consumers that have not read all of "+
			"it lose the rest", t.Name)}
	}
	return []string{fmt.Sprintf("changing the stream of the table %s makes a new one, with another ARN: "+
		"consumers that have not read all of the old one lose the rest", t.Name)}
}

// lostIndexes is about indexes that are deleted.
func lostIndexes(t v1alpha1.Table, o stack.Observed) []string {
	v, _ := o.Lookup("spec", "forProvider", "globalSecondaryIndex")
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		m, _ := e.(map[string]any)
		name, _ := m["name"].(string)
		if !slices.ContainsFunc(t.Indexes, func(i v1alpha1.TableIndex) bool { return i.Name == name }) {
			out = append(out, fmt.Sprintf("deleting the index %s of the table %s: queries of it fail at once, "+
				"and to build it again takes as long as the table is large", name, t.Name))
		}
	}
	return out
}
