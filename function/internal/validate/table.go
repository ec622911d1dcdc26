package validate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var (
	tableName     = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,255}$`)
	indexName     = regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`)
)

// TablesAreDistinct requires distinct names that cannot be taken for those of Kasha's own resources.
// An environment variable is named after each table.
func TablesAreDistinct(p *plan.Plan) []error {
	seen := map[string]bool{}
	var errs []error
	for i, t := range p.Claim.Spec.Tables {
		field := fmt.Sprintf("spec.tables[%d].name", i)
		switch {
		case !tableName.MatchString(t.Name):
			errs = append(errs, refuse(field, "cannot use %q: a table's name begins with a letter and has at "+
				"most 40 lower-case letters, digits and hyphens; write for example orders", t.Name))
		case strings.Contains(t.Name, "-table-"), strings.Contains(t.Name, "-alarm-"),
			strings.Contains(t.Name, "-index-"):
			errs = append(errs, refuse(field, "cannot use %q: -table-, -alarm- and -index- inside a name are "+
				"reserved for Kasha's own names; choose another name", t.Name))
		case seen[t.Name]:
			errs = append(errs, refuse(field, "cannot use %q for two tables: a name is listed twice; "+
				"give each table a name of its own", t.Name))
		}
		seen[t.Name] = true
	}
	return errs
}

// TableKeysAreWhole requires that an attribute has one type in all keys of a table, and that it does
// not expire: DynamoDB takes for a time only attributes that are no key.
func TableKeysAreWhole(p *plan.Plan) []error {
	var errs []error
	for i, t := range p.Claim.Spec.Tables {
		field := fmt.Sprintf("spec.tables[%d]", i)
		errs = append(errs, keyIsWhole(field, t.HashKey, t.RangeKey)...)
		for j, x := range t.Indexes {
			errs = append(errs, keyIsWhole(fmt.Sprintf("%s.indexes[%d]", field, j), x.HashKey, x.RangeKey)...)
		}
		types := map[string]v1alpha1.AttributeType{}
		for _, k := range plan.KeyAttributes(t) {
			if was, is := types[k.Name]; is && was != k.Type {
				errs = append(errs, refuse(field, "cannot use the attribute %s as %s and as %s: in all keys of a "+
					"table an attribute has one type; give it the same type everywhere", k.Name, was, k.Type))
			}
			types[k.Name] = k.Type
		}
		if types[t.TTLAttribute] != "" {
			errs = append(errs, refuse(field+".ttlAttribute", "cannot let %s expire items: it is an attribute of a "+
				"key; name another attribute, with a time in seconds since 1970", t.TTLAttribute))
		}
	}
	return errs
}

func keyIsWhole(field string, hash v1alpha1.KeyAttribute, sort *v1alpha1.KeyAttribute) []error {
	errs := attributeIsWhole(field+".hashKey", hash)
	if sort == nil {
		return errs
	}
	errs = append(errs, attributeIsWhole(field+".rangeKey", *sort)...)
	if sort.Name == hash.Name {
		errs = append(errs, refuse(field+".rangeKey", "cannot use %q: the hash key and the range key are the same "+
			"attribute; leave rangeKey out, or name another attribute", sort.Name))
	}
	return errs
}

func attributeIsWhole(field string, a v1alpha1.KeyAttribute) []error {
	errs := attributeIsNamed(field+".name", a.Name, "pk")
	types := []v1alpha1.AttributeType{v1alpha1.AttributeString, v1alpha1.AttributeNumber, v1alpha1.AttributeBinary}
	if !slices.Contains(types, a.Type) {
		errs = append(errs, refuse(field+".type", "cannot use %q: DynamoDB has no key of this type; write String, "+
			"Number or Binary", a.Type))
	}
	return errs
}

func attributeIsNamed(field, name, example string) []error {
	if attributeName.MatchString(name) {
		return nil
	}
	return one(field, "cannot use %q: a name has 1 to 255 letters, digits, dots, hyphens and underscores; "+
		"write for example %s", name, example)
}

// TableIndexesAreWhole requires of each index a name of its own, and a list of attributes where it
// includes some.
func TableIndexesAreWhole(p *plan.Plan) []error {
	var errs []error
	for i, t := range p.Claim.Spec.Tables {
		seen := map[string]bool{}
		for j, x := range t.Indexes {
			field := fmt.Sprintf("spec.tables[%d].indexes[%d]", i, j)
			switch {
			case !indexName.MatchString(x.Name):
				errs = append(errs, refuse(field+".name", "cannot use %q: DynamoDB takes 3 to 255 letters, "+
					"digits, dots, hyphens and underscores; write for example by-customer", x.Name))
			case seen[x.Name]:
				errs = append(errs, refuse(field+".name", "cannot use %q for two indexes: a name is listed twice; "+
					"give each index a name of its own", x.Name))
			}
			seen[x.Name] = true
			if (x.Projection == v1alpha1.ProjectInclude) != (len(x.Attributes) > 0) {
				errs = append(errs, refuse(field+".attributes", "cannot use these attributes: only an index with "+
					"the projection Include has a list of attributes, and it must have one; set projection to "+
					"Include, or leave attributes out"))
			}
			for k, a := range x.Attributes {
				errs = append(errs, attributeIsNamed(fmt.Sprintf("%s.attributes[%d]", field, k), a, "total")...)
			}
		}
	}
	return errs
}

// TableSettingsAreOffered requires settings that DynamoDB has.
func TableSettingsAreOffered(p *plan.Plan) []error {
	var errs []error
	for i, t := range p.Claim.Spec.Tables {
		field := fmt.Sprintf("spec.tables[%d]", i)
		if t.TTLAttribute != "" {
			errs = append(errs, attributeIsNamed(field+".ttlAttribute", t.TTLAttribute, "expiresAt")...)
		}
		for _, b := range []struct {
			name        string
			value       *int32
			least, most int32
		}{
			{"maxReadUnits", t.MaxReadUnits, 1, 1_000_000},
			{"maxWriteUnits", t.MaxWriteUnits, 1, 1_000_000},
			{"recoveryDays", t.RecoveryDays, 0, 35},
		} {
			if b.value != nil && (*b.value < b.least || *b.value > b.most) {
				errs = append(errs, refuse(field+"."+b.name, "cannot use %d: DynamoDB takes %d to %d; write a "+
					"number between them", *b.value, b.least, b.most))
			}
		}
	}
	return errs
}
