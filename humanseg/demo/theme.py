"""Colours and type. Fonts are the visitor's own: the page loads nothing from elsewhere."""

import gradio as gr
from gradio.themes import Color

BLUE = Color(
    name="humanseg",
    c50="#eef6fb",
    c100="#d6eaf5",
    c200="#add5eb",
    c300="#7bbadd",
    c400="#3f97c9",
    c500="#0072b2",
    c600="#00659e",
    c700="#005585",
    c800="#00466d",
    c900="#003a5b",
    c950="#00263c",
)
"""Around the blue of Okabe and Ito's palette."""

THEME = gr.themes.Base(
    primary_hue=BLUE,
    secondary_hue=BLUE,
    neutral_hue="slate",
    radius_size="lg",
    font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
    font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
).set(
    # The usual greys of secondary text are too faint to read (WCAG AA).
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_300",
    block_info_text_color="*neutral_600",
    block_info_text_color_dark="*neutral_300",
    block_label_text_color="*neutral_700",
    block_label_text_color_dark="*neutral_200",
    link_text_color_dark="*primary_300",
    checkbox_border_color="*neutral_500",
    checkbox_border_color_dark="*neutral_400",
    button_secondary_text_color="*neutral_800",
)
