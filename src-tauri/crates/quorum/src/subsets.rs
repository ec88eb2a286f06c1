//! All choices of `k` out of `n`, in order.

/// The choices of `k` places below `n`, in lexicographic order; one empty choice for `k` = 0.
pub(crate) fn choices(n: usize, k: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut next = (k <= n).then(|| (0..k).collect::<Vec<_>>());
    std::iter::from_fn(move || {
        let current = next.take()?;
        next = after(&current, n);
        Some(current)
    })
}

fn after(choice: &[usize], n: usize) -> Option<Vec<usize>> {
    let k = choice.len();
    let at = (0..k).rev().find(|at| choice[*at] < n - k + at)?;
    let mut next = choice.to_vec();
    for (offset, place) in next[at..].iter_mut().enumerate() {
        *place = choice[at] + 1 + offset;
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn there_are_as_many_choices_as_the_binomial_says_and_each_once() {
        for (n, k, count) in [(0, 0, 1), (3, 2, 3), (5, 5, 1), (8, 4, 70), (2, 3, 0), (4, 0, 1)] {
            let mut all: Vec<_> = choices(n, k).collect();
            assert_eq!(all.len(), count, "{k} of {n}");
            assert!(all.is_sorted());
            all.dedup();
            assert_eq!(all.len(), count);
            assert!(all.iter().flatten().all(|place| *place < n));
        }
    }
}
