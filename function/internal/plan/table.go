package plan

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// KeyAttributes are the attributes of a table's keys and of those of its indexes, each once and in
// the order of their names. An attribute with two types is there twice.
func KeyAttributes(t v1alpha1.Table) []v1alpha1.KeyAttribute {
	out := []v1alpha1.KeyAttribute{t.HashKey}
	add := func(k *v1alpha1.KeyAttribute) {
		if k != nil {
			out = append(out, *k)
		}
	}
	add(t.RangeKey)
	for _, i := range t.Indexes {
		add(&i.HashKey)
		add(i.RangeKey)
	}
	slices.SortFunc(out, func(a, b v1alpha1.KeyAttribute) int {
		return strings.Compare(a.Name+" "+string(a.Type), b.Name+" "+string(b.Type))
	})
	return slices.Compact(out)
}

// DynamoDBType is DynamoDB's name of an attribute's type: S, N or B.
func DynamoDBType(t v1alpha1.AttributeType) string { return string(t)[:min(len(t), 1)] }

var streamViews = map[v1alpha1.TableStream]string{
	v1alpha1.StreamKeysOnly:        "KEYS_ONLY",
	v1alpha1.StreamNewImage:        "NEW_IMAGE",
	v1alpha1.StreamOldImage:        "OLD_IMAGE",
	v1alpha1.StreamNewAndOldImages: "NEW_AND_OLD_IMAGES",
}

// StreamView is DynamoDB's name of what a stream has.
func StreamView(s v1alpha1.TableStream) string { return streamViews[s] }
